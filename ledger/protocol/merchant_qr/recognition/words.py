"""What is to be said of each kind of code: a heading and two plain sentences.

The first sentence says what the code is, the second what a wallet of this scheme does with it. This
is the English of reference; screens translate by kind.
"""

from __future__ import annotations

from ledger.protocol.merchant_qr.recognition.kinds import CodeKind
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Description:
    """What is to be said of a kind: a heading, what it is, and what the wallet does with it."""

    title: str
    what: str
    wallet: str


_TELLS_ONLY = "The wallet tells what it is and pays nothing."
_FOR_TILLS = "It belongs in front of a till's scanner; a wallet has nothing to pay with it."
_UNSIGNED = (
    "The wallet tells what it says and pays nothing: anybody can print such a code, and this "
    "scheme pays signed ones only."
)
_OTHER_APP = "The wallet tells what it says and pays nothing: it is for an app of that scheme."

DESCRIPTIONS = {
    CodeKind.QRPAY_DYNAMIC: Description(
        "Payment request of a shop",
        "A shop of this scheme asks for one payment: shop, amount and time limit, signed.",
        "The wallet checks the signature, shows the shop's registered name and amount, and asks.",
    ),
    CodeKind.QRPAY_STICKER: Description(
        "Sticker of a shop",
        "A shop of this scheme says who it is, signed; there is no amount inside.",
        "The wallet checks the signature, shows the shop's registered name, asks for the amount.",
    ),
    CodeKind.QRPAY_LINK: Description(
        "Payment link of a shop",
        "A shop of this scheme asks for one payment, in a signed link that camera apps open.",
        "The wallet takes the part behind #, checks its signature and ignores the web address.",
    ),
    CodeKind.QRPAY_UNSIGNED: Description(
        "Unsigned code in this scheme's name",
        "It names a shop of this scheme, but nobody has signed it.",
        "The wallet refuses it: shops of this scheme sign every code, so this one is not theirs.",
    ),
    CodeKind.PIX: Description(
        "Pix (Brazil)",
        "A BR Code in EMVCo's form, unsigned; a dynamic one names an address where the payer's app "
        "fetches a signed request.",
        _OTHER_APP,
    ),
    CodeKind.VIETQR: Description(
        "VietQR (Vietnam)",
        "A code in EMVCo's form that names a bank and an account; it is not signed.",
        _UNSIGNED,
    ),
    CodeKind.PROMPTPAY: Description(
        "PromptPay (Thailand)",
        "A code in EMVCo's form that names a phone or tax number; it is not signed.",
        _UNSIGNED,
    ),
    CodeKind.KHQR: Description(
        "KHQR (Cambodia)",
        "A code in EMVCo's form that names a Bakong account; it is not signed.",
        _UNSIGNED,
    ),
    CodeKind.SGQR: Description(
        "SGQR (Singapore)",
        "A label in EMVCo's form on which several schemes share one code; it is not signed.",
        _UNSIGNED,
    ),
    CodeKind.EASPBV: Description(
        "EASPBV (Colombia)",
        "A code in EMVCo's form with a SHA-256 security hash in an unreserved template; whether "
        "the hash is keyed is not known here.",
        _UNSIGNED,
    ),
    CodeKind.X9_150: Description(
        "ANSI X9.150 (USA)",
        "A code in EMVCo's form that names an address where the payer's app fetches a signed "
        "request.",
        _OTHER_APP,
    ),
    CodeKind.EMV_MERCHANT: Description(
        "Merchant code in EMVCo's form",
        "A shop's code for other schemes or card networks; it is not signed.",
        _UNSIGNED,
    ),
    CodeKind.EMV_DAMAGED: Description(
        "Damaged merchant code",
        "It begins like a shop's code in EMVCo's form, but was misread, cut off or altered.",
        "The wallet refuses it and asks to scan again.",
    ),
    CodeKind.EMV_CONSUMER: Description(
        "Payer's code in EMVCo's form",
        "Card data that a payer's app shows to a till (Consumer-Presented Mode).",
        _FOR_TILLS,
    ),
    CodeKind.NATIVE_PAYMENT_CODE: Description(
        "Payment code of this scheme",
        "A number that a payer shows to a till, good for one payment within a minute.",
        _FOR_TILLS,
    ),
    CodeKind.ALIPAY_PAYMENT_CODE: Description(
        "Payment code of Alipay or Alipay+",
        "A number that a payer shows to a till, good for one payment within a short time.",
        _FOR_TILLS,
    ),
    CodeKind.WECHAT_PAYMENT_CODE: Description(
        "Payment code of WeChat Pay",
        "A number that a payer shows to a till, good for one payment within a short time.",
        _FOR_TILLS,
    ),
    CodeKind.ALIPAY_URL: Description(
        "Alipay code of a shop",
        "A web address with a token; only Alipay knows shop and amount. It is not signed.",
        _OTHER_APP,
    ),
    CodeKind.ALIPAY_PLUS_ORDER: Description(
        "Alipay+ order code of a shop",
        "A web address whose path begins with twelve digits that route it to an Alipay+ acquirer.",
        _OTHER_APP,
    ),
    CodeKind.ALIPAY_PLUS_GENERAL: Description(
        "Alipay+ code of a shop",
        "A web address with a general payload that names platform, merchant and issuer.",
        _OTHER_APP,
    ),
    CodeKind.WECHAT_URL: Description(
        "WeChat Pay code of a shop",
        "A WeChat address with a token; only WeChat Pay knows shop and amount.",
        _OTHER_APP,
    ),
    CodeKind.WECHAT_SIGNED_URL: Description(
        "WeChat Pay code for a product (old form)",
        "A WeChat address signed with a secret that only the shop and WeChat Pay share.",
        _OTHER_APP,
    ),
    CodeKind.WECHAT_PAGE_ORDER: Description(
        "WeChat Pay order of a shop's page or app",
        "Parameters that a shop's page or app hands to the wallet, signed for WeChat Pay.",
        _OTHER_APP,
    ),
    CodeKind.WECHAT_UNKNOWN: Description(
        "WeChat address",
        "An address of WeChat; what it leads to is not known here.",
        _OTHER_APP,
    ),
    CodeKind.UPI: Description(
        "UPI (India), unsigned",
        "A payment address with its fields in the open and no signature.",
        _OTHER_APP,
    ),
    CodeKind.UPI_SIGNED: Description(
        "UPI (India), signed",
        "A payment address, signed over everything before the signature; the key is looked up by "
        "the organisation's id.",
        _OTHER_APP,
    ),
    CodeKind.GIROCODE: Description(
        "GiroCode (EPC QR)",
        "The details of a SEPA credit transfer for a banking app; it is not signed.",
        _OTHER_APP,
    ),
    CodeKind.SWISS_QR_BILL: Description(
        "Swiss QR-bill",
        "The payment part of a Swiss bill for a banking app; it is not signed.",
        _OTHER_APP,
    ),
    CodeKind.TALER: Description(
        "GNU Taler",
        "An address at which a Taler wallet claims the offer for itself and fetches signed terms.",
        _OTHER_APP,
    ),
    CodeKind.BOLT11: Description(
        "Lightning invoice",
        "A request for one Bitcoin payment over Lightning that carries its signature inside.",
        _OTHER_APP,
    ),
    CodeKind.TSE_RECEIPT: Description(
        "German till receipt",
        "The signature that a till's security device (TSE) made of one receipt.",
        _TELLS_ONLY,
    ),
    CodeKind.WIFI: Description(
        "Wi-Fi network",
        "The name and perhaps the password of a wireless network.",
        "The wallet tells the network's name and joins nothing; it does not show the password.",
    ),
    CodeKind.WEB_ADDRESS: Description(
        "Web address",
        "An address of the web, no payment that is known here.",
        "The wallet shows the host and does not open it: no payment of this scheme begins there.",
    ),
    CodeKind.TEXT: Description(
        "Text",
        "Text or digits that follow no form known here.",
        _TELLS_ONLY,
    ),
}
