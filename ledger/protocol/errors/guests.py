"""Rules about guests with play money, and about wallets in browsers."""

from __future__ import annotations

from ledger.protocol.errors import Forbidden, TooMany, Unauthentic, Unprocessable


class GuestPassUsedUp(Forbidden):
    """The pass has let in as many guests as it may: the operator has to give out a new one."""


class NoPlayMoney(Forbidden):
    """These books give nobody play money in this currency."""


class TooManyTopUps(TooMany):
    """A payer gets new play money only so often in a day."""

    retry_after_s = 3600


class SessionMissing(Unauthentic):
    """No wallet belongs to this browser: begin anew."""


class CrossSite(Forbidden):
    """A request that another site's page has sent is never carried out."""


class NotFromHere(Forbidden):
    """Named wallets answer to this machine alone."""


class TooManyGuests(TooMany):
    """More strangers want to come in than are let in at once: try again in a moment."""

    retry_after_s = 30


class GuestsUnwelcome(Forbidden):
    """This service lets no guests in."""


class PasskeyInvalid(Forbidden):
    """The passkey has not agreed to exactly this payment."""


class NotRelayed(Unprocessable):
    """Only a wallet's own calls to the provider are relayed, signed by its own key."""
