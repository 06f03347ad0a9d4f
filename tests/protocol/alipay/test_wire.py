"""What holds of every text: signatures bind it, SDKs cut it out, times and amounts come back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol import rsa
from ledger.protocol.alipay_wire import (
    charsets,
    envelopes,
    explanations,
    keys,
    nodes,
    parameters,
    rest,
    spelling,
)
from ledger.protocol.alipay_wire.keys import SignType
from ledger.protocol.alipay_wire.nodes import Value
from ledger.protocol.errors.content import FieldFormat, FieldMissing
from ledger.protocol.errors.trust import (
    KeyFormat,
    SignatureEncoding,
    SignatureInvalid,
    SignatureMissing,
    WeakKey,
)
from ledger.protocol.instants import Instant
from tests.protocol.alipay.vectors import KEY, PUBLIC_KEY

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
names = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
values: st.SearchStrategy[Value] = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)
nodes_of_any_kind = st.dictionaries(names, values, max_size=6)


def as_java_cuts(answer: str, node_name: str) -> str:
    """Match braces, looking at quotes (``alipay-sdk-java``)."""
    start = answer.index("{", answer.index(node_name))
    decoder = json.JSONDecoder()
    _, end = decoder.raw_decode(answer, start)
    return answer[start:end]


def as_the_widespread_one_cuts(answer: str, node_name: str) -> str:
    """Count braces without looking at quotes (``python-alipay-sdk``)."""
    start = answer.index("{", answer.index(node_name))
    open_braces = 0
    for place in range(start, len(answer)):
        open_braces += {"{": 1, "}": -1}.get(answer[place], 0)
        if open_braces == 0:
            return answer[start : place + 1]
    raise AssertionError("never closed")


def as_the_official_one_cuts(answer: str) -> str:
    """Look for the last ``},"sign":"`` (``alipay-sdk-python``)."""
    start = re.search(r'"[a-zA-Z_]+_response"\s*:\s*{', answer)
    *_, end = re.finditer(r'}\s*,\s*"sign"\s*:\s*"', answer)
    assert start
    return answer[start.end() - 1 : end.start() + 1]


def as_php_cuts(answer: str, node_name: str) -> str:
    """Count characters from the name, and back from the last ``"sign"`` (``alipay-sdk-php``)."""
    start = answer.index(node_name) + len(node_name) + 2
    return answer[start : answer.rindex('"sign"') - 1]


@given(nodes_of_any_kind, st.sampled_from(["utf-8", "gbk"]))
def test_every_sdk_cuts_out_the_bytes_that_were_signed(
    fields: Mapping[str, Value], charset: str
) -> None:
    node, name = nodes.node(fields, charset), nodes.node_name("alipay.trade.query")
    answer = nodes.envelope("alipay.trade.query", node, "c2ln").decode(charset)
    cut = {
        as_java_cuts(answer, name),
        as_the_widespread_one_cuts(answer, name),
        as_the_official_one_cuts(answer),
        as_php_cuts(answer, name),
    }
    assert [one.encode(charset) for one in cut] == [node]
    assert json.loads(answer)[name] == fields


call = st.dictionaries(
    st.from_regex(r"[a-z_]{1,9}", fullmatch=True).filter(lambda name: name != "sign"),
    texts,
    min_size=1,
    max_size=5,
)


@given(call, st.data())
def test_a_changed_parameter_changes_every_text_that_may_have_been_signed(
    sent: dict[str, str], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(sent)))
    other = data.draw(texts.filter(lambda value: value not in ("", sent[name])))
    changed = {**sent, name: other}
    assert not set(parameters.call_texts(sent)) & set(parameters.call_texts(changed))


@given(st.binary(max_size=100), st.binary(min_size=16, max_size=16))
def test_what_was_encrypted_comes_back(content: bytes, key: bytes) -> None:
    assert envelopes.decrypt(key, envelopes.encrypt(key, content)) == content


@given(st.integers(0, 4_000_000_000))
def test_a_time_in_beijing_comes_back(seconds: int) -> None:
    assert spelling.from_beijing(spelling.to_beijing(Instant(seconds * 1000))) == seconds * 1000


@pytest.mark.parametrize(
    "text", ["2026-11-22T06:29:40", "2026-02-30 00:00:00", "2026-11-22", "", "now"]
)
def test_a_time_of_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(FieldFormat):
        spelling.from_beijing(text)


@given(st.binary(max_size=60), st.sampled_from(list(charsets._CODECS)))
def test_any_bytes_are_read_as_parameters(form: bytes, charset: str) -> None:
    assert isinstance(charsets.parameters(form, charsets.codec(charset)), dict)


def test_more_parameters_than_any_call_has_are_refused() -> None:
    with pytest.raises(FieldFormat):
        charsets.parameters(b"&".join(b"a=1" for _ in range(201)), "utf-8")


@pytest.mark.parametrize(
    ("signature", "error"),
    [("", SignatureMissing), ("a b", SignatureEncoding), ("YWJj", SignatureInvalid)],
)
def test_a_bad_signature_is_refused_by_name(signature: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        keys.verify(PUBLIC_KEY, b"text", signature)


def test_what_is_no_strong_rsa_key_is_refused() -> None:
    weak = generate_private_key(65537, 1024)  # noqa: S505 - the weak one
    with pytest.raises(WeakKey):
        rsa.public_key(rsa.spell_public(weak.public_key()))
    with pytest.raises(WeakKey):
        rsa.private_key(rsa.forms(weak)["pkcs1"])
    other = ec.generate_private_key(ec.SECP256R1())
    for text in ("", "YWJj", "not base64!", rsa.spell_public(other.public_key())):  # type: ignore[arg-type]
        with pytest.raises(KeyFormat):
            rsa.public_key(text)
        with pytest.raises(KeyFormat):
            rsa.private_key(text)


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ("", SignatureMissing),
        ("Basic app_id=1,nonce=2,timestamp=1795300180000,sign=YQ==", SignatureMissing),
        ("ALIPAY-SHA256withRSA app_id=1,nonce=2,timestamp=1795300180000", SignatureMissing),
        ("ALIPAY-SHA256withRSA nonce=2,timestamp=1795300180000,sign=YQ==", FieldMissing),
        ("ALIPAY-SHA256withRSA app_id=1,nonce=2,timestamp=1795300180,sign=YQ==", FieldFormat),
    ],
)
def test_credentials_that_lack_something_are_refused(header: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        rest.authorization(header)


SENT = {
    "app_id": "2021000000000001",
    "biz_content": '{"subject": "茶", "out_trade_no": "1"}',
    "charset": "utf-8",
    "method": "alipay.trade.query",
    "sign_type": "RSA2",
    "timestamp": "2026-11-22 06:29:40",
}
EXPECTED = parameters.joined(SENT)


def signed(text: str, kind: SignType = SignType.RSA2, charset: str = "utf-8") -> dict[str, str]:
    return {**SENT, "sign": keys.sign(KEY, text.encode(charset), kind)}


def without(name: str) -> str:
    return parameters.joined({key: value for key, value in SENT.items() if key != name})


EXPLAINED = [
    (without("sign_type"), "sign_type was left out"),
    (without("timestamp"), "timestamp was sent, but not signed"),
    (EXPECTED.replace("06:29:40", "06%3A29%3A40"), "another text"),
    (EXPECTED.replace("2026-11-22 06", "2026-11-22+06"), "signed as +"),
    (EXPECTED.replace('": "', '":"').replace('", "', '","'), "spelled anew"),
    (EXPECTED.replace("茶", r"\u8336"), "spelled anew"),
]


@pytest.mark.parametrize(("text", "sentence"), EXPLAINED)
def test_a_text_signed_by_mistake_is_found(text: str, sentence: str) -> None:
    explained = explanations.explain(PUBLIC_KEY, signed(text), "utf-8")
    assert sentence in explained.sentence
    assert explained.expected == EXPECTED
    if "another text" not in sentence:
        assert explained.signed == text
        assert explained.difference
        assert f"First difference at character {explained.difference.at}" in explained.text


def test_a_wrong_key_hash_or_charset_is_told_apart() -> None:
    stranger = generate_private_key(65537, 2048)
    by_stranger = {**SENT, "sign": keys.sign(stranger, EXPECTED.encode())}
    said = [
        explanations.explain(PUBLIC_KEY, sent, "utf-8").sentence
        for sent in (
            by_stranger,
            signed(EXPECTED, SignType.RSA),
            signed(EXPECTED, charset="gbk"),
            {**SENT, "sign": "a b"},
            {**SENT, "sign": ""},
        )
    ]
    assert "does not fit" in said[0]
    assert "RSA was used" in said[1]
    assert "signed as gbk, while charset says utf-8" in said[2]
    assert "blank" in said[3]
    assert "can't be read" in said[4]
