r"""The header fields of signed HTTP messages: how they are spelled, and the base that is signed.

RFC 9421 (HTTP Message Signatures) signs a list of *components* of a message: derived ones such as
``"@method"``, and header fields by name. They are written one a line, followed by the list itself
with its parameters; that text is the *signature base*. The list travels in ``Signature-Input``, the
signature in ``Signature``, both under a label; the body is covered through its hash, in
``Content-Digest`` (RFC 9530).

Only the part of the RFCs that this scheme uses is read: one signature a message, header fields and
derived components without parameters other than ``req``, SHA-256 digests.

    >>> parameters = spell_parameters(['"@method"'], created=1618884473, keyid="k6d2alkm")
    >>> print(signature_base([('"@method"', "GET")], parameters).decode())
    "@method": GET
    "@signature-params": ("@method");created=1618884473;keyid="k6d2alkm"
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping

from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import SignatureEncoding
from ledger.protocol.records import record
from ledger.protocol.signing.keys import SIGNATURE_BYTES

PARAMETER_TYPES = {
    "created": int,
    "expires": int,
    "nonce": str,
    "keyid": str,
    "alg": str,
    "tag": str,
}
"""The parameters a signature can have (RFC 9421, section 2.3)."""

_LABEL = r"[a-z*][a-z0-9_.*-]{0,31}"
_COMPONENT = r'"@?[a-z][a-z0-9-]*"(?:;req)?'
_INTEGER = r"0|[1-9][0-9]{0,14}"
_STRING = r'"[\x20\x21\x23-\x5b\x5d-\x7e]*"'
_PARAMETER = re.compile(rf";([a-z][a-z0-9_-]*)=({_INTEGER}|{_STRING})", re.ASCII)
_SIGNATURE_INPUT = re.compile(
    rf"({_LABEL})=(\(((?:{_COMPONENT}(?: {_COMPONENT})*)?)\)((?:{_PARAMETER.pattern})*))", re.ASCII
)
_SIGNATURE = re.compile(rf"{_LABEL}=:([A-Za-z0-9+/]+={{0,2}}):", re.ASCII)


@record(frozen=True, slots=True)
class SignatureInput:
    """What a ``Signature-Input`` field says: label, covered components, parameters, exact text."""

    label: str
    covered: tuple[str, ...]
    parameters: Mapping[str, str | int]
    text: str

    def string(self, name: str) -> str | None:
        """Give a parameter that is a string."""
        value = self.parameters.get(name)
        return value if isinstance(value, str) else None

    def integer(self, name: str) -> int | None:
        """Give a parameter that is an integer."""
        value = self.parameters.get(name)
        return value if isinstance(value, int) else None


def by_lower_name(headers: Mapping[str, str]) -> dict[str, str]:
    """Give header fields by their names in lower case, as case means nothing in them.

    Blanks around a value are no part of it (RFC 9110, sections 5.1 and 5.5). Of two names that
    differ in nothing but case the first is taken.
    """
    fields: dict[str, str] = {}
    for name, value in headers.items():
        fields.setdefault(name.lower(), value.strip(" \t"))
    return fields


def spell_parameters(components: Iterable[str], **parameters: str | int) -> str:
    """Spell the covered components and the signature's parameters, as both base and field do."""
    covered = " ".join(components)
    spelled = (
        f";{name}={value}" if isinstance(value, int) else f';{name}="{value}"'
        for name, value in parameters.items()
    )
    return f"({covered}){''.join(spelled)}"


def signature_base(components: Iterable[tuple[str, str]], parameters: str) -> bytes:
    """Write the text that is signed (RFC 9421, section 2.5) from identifiers and their values.

    A value with a line break could pretend to be a further component: other characters than
    printable ASCII raise ``FieldFormat``.
    """
    lines = [*components, ('"@signature-params"', parameters)]
    for identifier, value in lines:
        if not (value.isascii() and value.isprintable()):
            raise FieldFormat(f"{identifier} has a character that can't be signed")
    return "\n".join([f"{identifier}: {value}" for identifier, value in lines]).encode("ascii")


def read_signature_input(field: str) -> SignatureInput:
    """Read a ``Signature-Input`` field of one signature, else raise ``SignatureEncoding``."""
    found = _SIGNATURE_INPUT.fullmatch(field)
    if found is None:
        raise SignatureEncoding(f"not a Signature-Input field of one signature: {field[:100]!r}")
    label, text, covered, parameters = found.group(1, 2, 3, 4)
    values = _read_parameters(_PARAMETER.findall(parameters))
    return SignatureInput(label, tuple(covered.split()), values, text)


def _read_parameters(spelled: list[tuple[str, str]]) -> dict[str, str | int]:
    values: dict[str, str | int] = {}
    for name, text in spelled:
        value = text[1:-1] if text.startswith('"') else int(text)
        if name in values or type(value) is not PARAMETER_TYPES.get(name):
            raise SignatureEncoding(f"a signature has no such parameter, or has it once: {name}")
        values[name] = value
    return values


def spell_signature(label: str, signature: bytes) -> str:
    """Spell a ``Signature`` field of one signature."""
    return f"{label}=:{base64.b64encode(signature).decode('ascii')}:"


def read_signature(field: str, label: str) -> bytes:
    """Read the 64 bytes under a label from a ``Signature`` field, else ``SignatureEncoding``."""
    found = _SIGNATURE.fullmatch(field)
    if found is None:
        raise SignatureEncoding(f"not a Signature field of one signature: {field[:100]!r}")
    try:
        signature = base64.b64decode(found.group(1), validate=True)
    except binascii.Error as error:
        raise SignatureEncoding(f"not base64: {field[:100]!r}") from error
    if spell_signature(label, signature) != field or len(signature) != SIGNATURE_BYTES:
        raise SignatureEncoding(
            f"not the canonical spelling of 64 bytes as {label}: {field[:100]!r}"
        )
    return signature


def content_digest(body: bytes) -> str:
    """Spell the ``Content-Digest`` field of a body (RFC 9530, section 2), SHA-256 alone."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"
