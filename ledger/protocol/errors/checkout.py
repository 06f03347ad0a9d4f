"""Rules about payments and the parties to them."""

from __future__ import annotations

from ledger.protocol.errors import (
    CallerError,
    Conflict,
    Forbidden,
    Locked,
    Malformed,
    NotFound,
    TooMany,
    Unprocessable,
)

# Payments


class IllegalTransition(Conflict):
    """The state does not allow this event."""


class OrderState(IllegalTransition):
    """The payment's state does not allow this."""


class OrderAlreadyPaid(OrderState):
    """The payment is already paid."""


class OrderNotPaid(OrderState):
    """Only a paid payment can be refunded."""


class PaymentNotHeld(OrderState):
    """Only a deposit that is held can be captured or given back."""


class HoldExpired(OrderState):
    """The time for which the deposit was held is over; it went back to the payer."""


class DepositCaptured(OrderState):
    """A deposit is captured once, and this one was."""


class CaptureExceedsHeld(Conflict):
    """No more of a deposit can be captured than is held."""


class OrderClaimed(Conflict):
    """Another payer is paying this code right now."""


class OrderNotFound(NotFound):
    """There is no such payment for this caller."""


class OrderNumberReused(Unprocessable):
    """A merchant order number stands for one payment and can't be used for another."""


class RequestTimes(Unprocessable):
    """A payment request is made now and expires within thirty minutes."""


class SubjectNotNeutral(Unprocessable):
    """A payment's subject is the number of the order, never what was bought."""


class HoldTimes(Unprocessable):
    """A deposit can be held only for so long."""


class QuoteExpired(Conflict):
    """The exchange rate was locked for a time that is over; scan again."""


class ScaMismatch(Forbidden):
    """The authorisation is for another payment, amount, payee or payer."""


class NotEnoughFunds(Conflict):
    """The payer's balance does not cover the amount."""


class StaticQrDailyLimit(Forbidden):
    """Static codes are capped per payer and day."""


class DailyLimit(Forbidden):
    """A payer can spend only so much in a day (UTC); tomorrow it goes on."""


class MonthlyLimit(Forbidden):
    """A payer can spend only so much in a calendar month (UTC)."""


class RefundExceedsCaptured(Conflict):
    """All refunds together must not exceed what was paid."""


class RefundNumberReused(Unprocessable):
    """A merchant refund number stands for one refund and can't be used for another."""


class IdempotencyKeyMissing(Malformed):
    """A request that changes something must carry an Idempotency-Key."""


class IdempotencyKeyFormat(Malformed):
    """An Idempotency-Key has 1 to 64 visible ASCII characters."""


class IdempotencyKeyReused(Unprocessable):
    """An Idempotency-Key stands for one request and was used for a different one."""


# Parties


class MerchantNotFound(NotFound):
    """There is no such merchant."""


class MerchantBlocked(Forbidden):
    """The merchant may not take payments at present."""


class MerchantNameConfusable(Unprocessable):
    """A merchant's name must not look like another script's letters or another merchant."""


class FeeTermsBackdated(Unprocessable):
    """Terms of a fee begin now or later; sales already made keep theirs."""


class FeeTermsFinal(Conflict):
    """Other terms of a fee begin at that instant already; a row is never edited."""


class TerminalNotFound(NotFound):
    """There is no such terminal of this merchant."""


class PayerNotFound(NotFound):
    """There is no such payer."""


class PayerBlocked(Forbidden):
    """The payer may not pay at present."""


class EnrolmentTokenInvalid(Forbidden):
    """The enrolment token is unknown or already used."""


class RoleNotAllowed(Forbidden):
    """This operation is for another party."""


class TooManyStreams(TooMany):
    """A caller may follow only so many live streams at once; poll, or end one."""


class PinWrong(Forbidden):
    """The PIN is not the right one."""


class PinBlocked(Locked):
    """Too many wrong PINs; try again later."""


class PinUsedUp(Locked):
    """Ten wrong PINs in a row: this key is never opened again; enrol the wallet anew."""


# Settlement


class BillDateFormat(Malformed):
    """A statement is asked for by its business day, as in 2026-11-21."""


class BillNotReady(NotFound):
    """There is no statement for this day: it is not closed yet, or was never settled."""


class BatchNotFound(NotFound):
    """There is no such settlement batch."""


class BusinessDayOpen(Conflict):
    """A business day is closed after its cut-off, and after the day before it."""


class PayoutNotDue(Conflict):
    """A batch is paid out once, when its day has come."""


class PayoutNotMade(Conflict):
    """Only a payout that was made can come back, and it comes back once."""


class SettlementTermsMissing(NotFound):
    """No settlement was agreed with this merchant."""


class TimeZoneUnknown(Unprocessable):
    """A time zone is named as in the tz database, as in Europe/Berlin."""


class CutOffTime(Unprocessable):
    """A cut-off is a minute of the day, from 0 to 1439."""


class PayoutDelay(Unprocessable):
    """A payout comes within 0 to 30 business days."""


# Shop and wallet


class ProductNotFound(NotFound):
    """There is no such product in the catalogue."""


class SaleNotFound(NotFound):
    """There is no such sale at this till."""


class SaleState(IllegalTransition):
    """The sale's state does not allow this."""


class DayNotBegun(Conflict):
    """A day can be closed once it has begun where the shop is."""


class DayNotClosed(NotFound):
    """This day is not closed at this till."""


class DayPassed(Conflict):
    """A later day is closed already and has counted what this day would."""


class CodeNotShown(NotFound):
    """No code is being shown for this sale at present."""


class StickerNotFound(NotFound):
    """There is no such sticker at this till."""


class WalletNotFound(NotFound):
    """There is no such wallet here."""


class WalletExists(Conflict):
    """A wallet of this name is enrolled already."""


class WalletLocked(Locked):
    """The wallet is locked; unlock it with the PIN."""


class ReceiptNotFound(NotFound):
    """There is no such receipt in this wallet."""


class ReviewNotFound(NotFound):
    """There is nothing waiting for approval under this number."""


class ReviewState(IllegalTransition):
    """What was shown has been approved, declined or refused already."""


class ReviewMismatch(Conflict):
    """What was shown and what would be signed differ; scan again."""


class NotificationRefused(CallerError):
    """The notification does not fit a sale of this till."""


class NotificationNotOurs(NotificationRefused):
    """The notification is for another merchant."""


class NotificationSaleUnknown(NotificationRefused):
    """The notification is about a payment that this till did not ask for."""


class NotificationDiffers(NotificationRefused):
    """The notification names another order number, terminal or presenter than the payment has."""


class NotificationAmountDiffers(NotificationRefused):
    """The notification states another amount than the sale; a person must look."""


class NotificationContradicts(NotificationRefused):
    """The notification says what cannot have happened to this payment; a person must look."""


class NotificationReceiptMissing(NotificationRefused):
    """A notification that money moved comes with the receipt."""


class ReceiptDiffers(NotificationRefused):
    """The receipt is about another payment, or states something else than was asked for."""
