"""``qrpay ledger merchant``: shops as vendors know them, and everything their programs need.

* ``add``, ``change``, ``wechatpay_change`` (``qrpay ledger wechatpay-change``): the commands;
* ``settings``: how they change an account;
* ``accounts``: an account as it is made, and the files that belong to it;
* ``alipay``, ``antom``, ``wechatpay``: what each vendor's console would hand out;
* ``templates``: an example for Python, Node, PHP and Java, each a whole program.
"""
