"""``qrpay ledger payout-return``: the bank has sent a payout back, an operator books it.

The money waits in ``suspense:<cur>`` until the merchant's next batch takes it in and pays it again.
"""

from __future__ import annotations

import click

from ledger.cli.books import books_options
from ledger.cli.books_place.writing import writing
from ledger.core.settlement import payouts
from ledger.kit.entropy import SystemEntropy
from ledger.kit.terminal import tell
from ledger.protocol.identifiers import BatchId, IdSource, Kind, check
from ledger.protocol.money import Money


@click.command("payout-return")
@click.argument("batch")
@click.option("--reason", required=True, help="What the bank says; kept with the return.")
@books_options
def payout_return(batch: str, reason: str, books: str, *, as_json: bool) -> None:
    """Book that the payout of BATCH came back; its merchant's next batch pays it again.

    The batch of a day is the first line of `qrpay ledger statement`.
    """
    batch_id = BatchId(check(Kind.BATCH, batch))
    with writing(books) as (written, now):
        ids = IdSource(SystemEntropy())
        back = payouts.return_payout(written, batch_id=batch_id, reason=reason, now=now, ids=ids)
    amount = Money(back.amount_minor, back.currency)
    tell(
        {
            "batch_id": back.batch_id,
            "merchant_id": back.merchant_id,
            "amount_minor": back.amount_minor,
            "currency": back.currency.code,
            "reason": back.reason,
        },
        f"{amount} of {back.merchant_id} came back ({back.reason}); the next batch pays it",
        as_json=as_json,
    )
