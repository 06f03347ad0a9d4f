"""A deposit: set aside when the payer agrees, and later captured, in part or whole, or given back.

    HELD ──capture a part or all──► PAID     the rest goes back in the same entry
      └──release, or time is over──► CLOSED  all of it goes back

``holds`` sets aside, ``captures`` takes, ``releases`` gives back. There is one capture of a deposit
and it is final, as with WeChat Pay's ``/deposit/consume``. Where a merchant may take several parts,
as with Alipay's ``auth_confirm_mode`` ``NOT_COMPLETE``, what is left is a deposit anew (``parts``).
"""
