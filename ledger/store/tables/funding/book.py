"""Grants and funding lines in tables.

What is used of a grant is not kept but summed up from the lines of payments that may still be paid
or were; so whatever ends a payment unpaid, or reverses it, gives its grants back.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core.records.funding import FundingLine, Grant
from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.store.tables.rows import Tables

# From the payer's grants to their lines to those lines' payments, each by its index: what others
# were given is never looked at. A sum of whole numbers is no whole number to every engine.
_GRANTS = """
SELECT funding_grant.grant_id, funding_grant.payer_id, funding_grant.source,
       funding_grant.amount_minor, funding_grant.currency, funding_grant.merchant_id,
       granted_at, valid_until,
       CAST(coalesce(sum(CASE WHEN payment.state NOT IN ('DECLINED', 'CLOSED', 'REVERSED')
                              THEN funding.amount_minor END), 0) AS BIGINT) AS used_minor,
       CAST(coalesce(sum(CASE WHEN payment.state NOT IN ('DECLINED', 'CLOSED', 'REVERSED')
                              THEN funding.returned_minor END), 0) AS BIGINT) AS returned_minor
FROM funding_grant
LEFT JOIN funding ON funding.grant_id = funding_grant.grant_id
LEFT JOIN payment ON payment.payment_id = funding.payment_id
WHERE funding_grant.payer_id = ?
GROUP BY funding_grant.grant_id, funding_grant.payer_id, funding_grant.source,
         funding_grant.amount_minor, funding_grant.currency, funding_grant.merchant_id,
         granted_at, valid_until
ORDER BY funding_grant.grant_id
"""

_ADD_GRANT = """
INSERT INTO funding_grant (grant_id, payer_id, source, amount_minor, currency, merchant_id,
                           granted_at, valid_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

_GIVE_BACK = "UPDATE funding SET returned_minor = ? WHERE payment_id = ? AND number = ?"


class Funding:
    """``ledger.core.ports.funding.FundingBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add_grant(self, grant: Grant) -> None:
        """Add a grant that nothing was used of."""
        self._tables.write_one(
            _ADD_GRANT,
            grant.grant_id,
            grant.payer_id,
            grant.source,
            grant.amount_minor,
            grant.currency,
            grant.merchant_id,
            grant.granted_at,
            grant.valid_until,
        )

    def grants(self, payer_id: PayerId) -> list[Grant]:
        """List a payer's grants by id, with what is used of them."""
        self._tables.hold("funding", payer_id)
        return self._tables.rows(Grant, _GRANTS, payer_id)

    def lines(self, payment_id: PaymentId) -> list[FundingLine]:
        """List what grants pay of a payment, by number."""
        sql = "SELECT * FROM funding WHERE payment_id = ? ORDER BY number"
        return self._tables.rows(FundingLine, sql, payment_id)

    def add_lines(self, lines: Sequence[FundingLine]) -> None:
        """Lock what grants are to pay of a payment."""
        for line in lines:
            self._tables.insert("funding", line)

    def drop_lines(self, payment_id: PaymentId) -> None:
        """Let go of what was locked for a payment."""
        self._tables.write("DELETE FROM funding WHERE payment_id = ?", payment_id)

    def give_back(self, line: FundingLine) -> None:
        """Keep a line's new ``returned_minor`` in place of the old."""
        self._tables.write_one(_GIVE_BACK, line.returned_minor, line.payment_id, line.number)
