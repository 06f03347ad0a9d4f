"""What all vendors' bills are made of, and those of Alipay and Antom.

* ``account_day``: what happened in an account in a time, from the journal, whole and with its fee;
* ``alipay``: the four files of Alipay's bills;
* ``antom``: Antom's reports of transactions and settlements.

WeChat Pay's bills stand with its other rules, in ``ledger.core.vendors.wechatpay.bills``.
"""
