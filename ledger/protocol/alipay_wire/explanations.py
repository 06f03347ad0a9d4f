"""Why the signature of a call does not hold: both texts, and where they first differ.

Alipay tells the text that it has built, and leaves the caller to compare. But an RSA signature
contains the hash of what was signed. So with the app's own public key one can see *whether* that
key signed, by which hash, and then try the texts that are signed by mistake until the hash fits.
What is explained could all be reckoned from what the caller sent, so nothing is given away.

    >>> difference("app_id=1&b=2", "app_id=1&c=2")
    Difference(at=9, expected='b=2', signed='c=2')
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import quote, quote_plus, unquote_to_bytes

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ledger.protocol import rsa
from ledger.protocol.alipay_wire.keys import SignType
from ledger.protocol.alipay_wire.parameters import SIGN, SIGN_TYPE, call_texts, joined
from ledger.protocol.errors.trust import SignatureEncoding

_SHOWN = 24
BIZ_CONTENT = "biz_content"
_CHARSETS = ("utf-8", "gbk")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two texts part: the character (from 0), and a little of both from there."""

    at: int
    expected: str
    signed: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One sentence, the text that should have been signed, and the one that was, if we found it."""

    sentence: str
    expected: str
    signed: str | None = None

    @property
    def difference(self) -> Difference | None:
        """Where the two part; None when only one is known or they differ in bytes alone."""
        if self.signed is None or self.signed == self.expected:
            return None
        return difference(self.expected, self.signed)

    @property
    def told(self) -> dict[str, object]:
        """All of it by name, for a log: ``why``, ``expected``, ``signed``, ``difference``."""
        told: dict[str, object] = {"why": self.sentence, "expected": self.expected}
        if self.signed is not None:
            told["signed"] = self.signed
        if self.difference is not None:
            told["difference"] = asdict(self.difference)
        return told

    @property
    def text(self) -> str:
        """All of it in one line, for an answer."""
        said = f"{self.sentence} Expected to be signed: {self.expected}"
        if self.signed is not None:
            said += f" Signed: {self.signed}"
        if self.difference is not None:
            one, other = self.difference.expected, self.difference.signed
            said += f" First difference at character {self.difference.at}: {one!r}, {other!r}"
        return said


def explain(key: RSAPublicKey, parameters: Mapping[str, str], charset: str) -> Explanation:
    """Say what is wrong with the signature of these parameters, which does not hold."""
    expected = call_texts(parameters)[0]
    named = parameters.get(SIGN_TYPE, SignType.RSA2).upper()
    kind = SignType.RSA if named == SignType.RSA else SignType.RSA2
    try:
        signature = rsa.decode(parameters.get(SIGN, ""))
    except SignatureEncoding:
        hint = "a + was sent as a blank" if " " in parameters.get(SIGN, "") else "no base64"
        return Explanation(f"sign can't be read: {hint}.", expected)
    other = SignType.RSA if kind is SignType.RSA2 else SignType.RSA2
    if _digest(key, signature, other) is not None:
        return Explanation(f"sign_type says {kind}, but {other} was used.", expected)
    digest = _digest(key, signature, kind)
    if digest is None:
        return Explanation("The app's registered public key does not fit the key used.", expected)
    for sentence, text in _mistakes(parameters, expected):
        for tried in (charset, *_CHARSETS):
            raw = text.encode(tried, errors="replace")
            if hashlib.new(kind.hash.name, raw).digest() == digest:
                return Explanation(_in_charset(sentence, tried, charset), expected, text)
    return Explanation("The right key signed another text than this one.", expected)


def explain_bytes(
    key: RSAPublicKey, signature: str, expected: bytes, mistakes: Iterable[tuple[str, bytes]]
) -> Explanation:
    """Say what is wrong with an RSA2 signature of bytes; ``mistakes`` are what else to try."""
    shown = expected.decode(errors="replace")
    try:
        raw = rsa.decode(signature)
    except SignatureEncoding:
        hint = "a + was sent as a blank" if " " in signature else "no base64"
        return Explanation(f"The signature can't be read: {hint}.", shown)
    if _digest(key, raw, SignType.RSA) is not None:
        return Explanation("SHA-1 was used, where SHA-256 is due.", shown)
    digest = _digest(key, raw, SignType.RSA2)
    if digest is None:
        return Explanation("The registered public key does not fit the key used.", shown)
    for sentence, text in mistakes:
        if hashlib.sha256(text).digest() == digest:
            return Explanation(sentence, shown, text.decode(errors="replace"))
    return Explanation("The right key signed another text than this one.", shown)


def explain_rest(key: RSAPublicKey, signature: str, expected: bytes, body: bytes) -> Explanation:
    """Say what is wrong with a V3 signature of this text, in which that body is."""
    return explain_bytes(key, signature, expected, _rest_mistakes(expected, body))


def _rest_mistakes(expected: bytes, body: bytes) -> Iterator[tuple[str, bytes]]:
    credentials, method, target, rest = expected.split(b"\n", 3)
    token = rest[len(body) + 1 :]

    def text(target: bytes = target, body: bytes = body, token: bytes = token) -> bytes:
        return b"\n".join([credentials, method, target, body, token])

    yield "The last line feed is missing.", expected[:-1]
    yield "Path and query were signed without percent signs.", text(unquote_to_bytes(target))
    yield "The query was not signed.", text(target.partition(b"?")[0])
    yield "The body was not signed.", text(body=b"")
    for spelled in spelled_anew(body):
        yield "The body was spelled anew after signing; sign what is sent.", text(body=spelled)
    yield "alipay-app-auth-token was sent, but not signed.", text(token=b"")


def difference(expected: str, signed: str) -> Difference:
    """Find the first character in which two texts differ."""
    pairs = enumerate(zip(expected, signed, strict=False))
    shared = min(len(expected), len(signed))
    at = next((place for place, (one, other) in pairs if one != other), shared)
    return Difference(at, expected[at : at + _SHOWN], signed[at : at + _SHOWN])


def _in_charset(sentence: str, tried: str, charset: str) -> str:
    if tried == charset:
        return sentence
    return f"{sentence} The text was signed as {tried}, while charset says {charset}.".lstrip()


def _digest(key: RSAPublicKey, signature: bytes, kind: SignType) -> bytes | None:
    try:
        return key.recover_data_from_signature(signature, PKCS1v15(), kind.hash)
    except InvalidSignature:
        return None


def _mistakes(parameters: Mapping[str, str], expected: str) -> Iterator[tuple[str, str]]:
    """Name what is signed instead, likeliest first."""
    sent = {name: value for name, value in parameters.items() if name != SIGN}
    filled = {name: value for name, value in sent.items() if value}
    yield "", expected
    yield "sign_type was left out; only notifications leave it out.", _without(filled, SIGN_TYPE)
    for name in sorted(filled):
        yield f"{name} was sent, but not signed.", _without(filled, name)
    yield "Values were signed with percent signs.", joined(_each(filled, quote_plus))
    yield "Values were signed with percent signs.", joined(_each(filled, lambda v: quote(v, "")))
    yield "Parameters were not sorted.", "&".join(f"{k}={v}" for k, v in filled.items())
    for spelled in spelled_anew(sent.get(BIZ_CONTENT, "").encode(errors="replace")):
        anew = joined({**filled, BIZ_CONTENT: spelled.decode()})
        yield "biz_content was spelled anew after signing; sign what is sent.", anew
    decoded = {**filled, "timestamp": filled.get("timestamp", "").replace(" ", "+")}
    yield "The blank in timestamp was signed as +.", joined(decoded)


def _without(parameters: Mapping[str, str], left_out: str) -> str:
    return joined({name: value for name, value in parameters.items() if name != left_out})


def _each(parameters: Mapping[str, str], spell: Callable[[str], str]) -> dict[str, str]:
    return {name: spell(value) for name, value in parameters.items()}


def spelled_anew(raw: bytes) -> Iterator[bytes]:
    """Give the other spellings that libraries have for the same JSON; none for what is no JSON."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return
    for as_ascii in (False, True):
        for separators in ((",", ":"), (", ", ": ")):
            for is_sorted in (False, True):
                yield json.dumps(
                    value, ensure_ascii=as_ascii, separators=separators, sort_keys=is_sorted
                ).encode(errors="replace")
