"""Rules about keys and signatures: who said it, and is it what they said."""

from __future__ import annotations

from ledger.protocol.errors import (
    Conflict,
    Forbidden,
    Malformed,
    NotFound,
    OutcomeUnknown,
    Unauthentic,
    Unprocessable,
)

# Keys and signatures


class KidFormat(Malformed):
    """A key id has 1 to 32 characters out of A-Z a-z 0-9 _ -."""


class KeyFormat(Malformed):
    """A key must be in the canonical encoding of its algorithm."""


class WeakKey(Unprocessable):
    """The public key is one for which signatures can be forged."""


class KeyAlreadyRegistered(Conflict):
    """A public key belongs to exactly one owner and is already registered."""


class KeyUnknown(Unauthentic):
    """The key is not in the directory."""


class KeyNotAnnounced(Conflict):
    """A key that nobody was told of can't take the place of the one that is believed."""


class KeyAnnouncedJustNow(Conflict):
    """A key takes the place of another a day after it was announced, when all can know it."""


class KeyInUse(Conflict):
    """The key that the ledger signs with can't be ended."""


class KeyRevoked(Unauthentic):
    """The key was revoked."""


class KeyNotYetValid(Unauthentic):
    """The key is not valid yet."""


class KeyExpired(Unauthentic):
    """The key is no longer valid."""


class AlgMismatch(Unauthentic):
    """The algorithm must be the one the key was registered with."""


class SignatureMissing(Unauthentic):
    """The request must carry a signature over all of the required parts."""


class SignatureInvalid(Unauthentic):
    """The signature does not fit the message, the key and the purpose."""


class SignatureEncoding(Unauthentic):
    """A signature must be written in its one canonical encoding."""


class DigestMismatch(Unauthentic):
    """The body does not fit its signed digest."""


class NonceReplay(Unauthentic):
    """A signed request must not be sent twice."""


class TimestampSkew(Unauthentic):
    """A signed request must be at most 300 seconds old or ahead."""


class KeyNotAllowedForMerchant(Forbidden):
    """The key belongs to somebody else than the merchant named."""


class LinkSequence(Unauthentic):
    """The links of the chain are numbered from one without gaps."""


class LinkMismatch(Unauthentic):
    """A link must be the hash of its entry and of the link before it."""


class NoteMismatch(Unauthentic):
    """The note of an entry must be the one that was committed to, or be deleted."""


class HeadMismatch(Unauthentic):
    """A head must fit the links it states and the head before it."""


class HeadNotSealed(NotFound):
    """There is no head of this day: it is not over yet, or was before the first entry."""


class ResponseSignatureMissing(OutcomeUnknown):
    """An answer without the provider's signature proves nothing."""


class ResponseSignatureInvalid(OutcomeUnknown):
    """An answer whose signature does not hold proves nothing."""


class AnswerLost(OutcomeUnknown):
    """No complete answer came back."""


class AnswerDiffers(OutcomeUnknown):
    """An answer about another payment, number or amount than was asked about proves nothing."""
