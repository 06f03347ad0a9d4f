"""What a till writes in any of the three profiles is what a wallet reads."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.emvco.merchant_presented import assemble
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.codes import (
    QrField,
    QrForeign,
    QrLifetimeTooLong,
    QrLinkFormat,
    QrTooLong,
)
from ledger.protocol.errors.content import AmountOutOfRange, IdentifierFormat, TextCharacter
from ledger.protocol.errors.trust import KeyNotAllowedForMerchant, KidFormat
from ledger.protocol.identifiers import RequestId, from_bytes
from ledger.protocol.instants import Instant, later
from ledger.protocol.merchant_qr import (
    DynamicCode,
    LinkCode,
    StickerCode,
    profile_l,
    profile_s,
    profile_t,
    seal,
    shop,
    verify,
)
from ledger.protocol.merchant_qr.shop import ShopCode
from ledger.protocol.money import MOST_MINOR_UNITS, Money, currency
from ledger.protocol.signing import (
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PrivateKey,
    merchant_owner,
)
from tests.protocol.merchant_qr.world import (
    DIRECTORY,
    DYNAMIC,
    EUR,
    KEY,
    LINK,
    NOW,
    SHOP,
    STICKER,
)

printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25)
optional = printable | st.just("")
amounts = st.builds(
    Money,
    st.integers(1, MOST_MINOR_UNITS),
    st.sampled_from([EUR, currency("JPY"), currency("BHD"), currency("CNY")]),
)
request_ids = st.binary(min_size=15, max_size=15).map(from_bytes).map(RequestId)
nonces = st.binary(min_size=12, max_size=12)
keys = st.builds(
    PrivateKey.from_seed, st.sampled_from(Algorithm), st.binary(min_size=32, max_size=32)
)


def _known(key: PrivateKey) -> KeyDirectory:
    far_off = Instant(2 * 10**12)
    owner = merchant_owner(SHOP)
    return KeyDirectory(
        [KeyRecord("kAnyKey0", key.public, owner, KeyStatus.ACTIVE, Instant(0), far_off)]
    )


@given(
    keys,
    st.builds(
        replace,
        st.just(replace(DYNAMIC, key_id="kAnyKey0")),
        amount=amounts,
        request_id=request_ids,
        nonce=nonces,
        merchant_name=printable,
        terminal_label=printable.map(lambda text: text[:16]),
        bill_no=optional.map(lambda text: text[:16]),
        store_label=optional.map(lambda text: text[:16]),
        expires_at=st.integers(101, 300).map(lambda s: later(DYNAMIC.issued_at, s * 1000)),
    ),
)
def test_every_dynamic_code_written_is_read_as_the_same(key: PrivateKey, code: DynamicCode) -> None:
    assert verify(profile_s.encode(code, key), _known(key), now=NOW) == code


@given(keys, printable, printable, optional)
def test_every_sticker_written_is_read_as_the_same(
    key: PrivateKey, name: str, terminal: str, store: str
) -> None:
    code = replace(
        STICKER, key_id="kAnyKey0", merchant_name=name, terminal_label=terminal, store_label=store
    )
    assert verify(profile_t.encode(code, key), _known(key), now=NOW) == code


@given(keys, amounts, request_ids)
def test_every_link_written_is_read_as_the_same(
    key: PrivateKey, amount: Money, request_id: RequestId
) -> None:
    code = replace(LINK, key_id="kAnyKey0", amount=amount, request_id=request_id)
    token = profile_l.encode(code, key)
    assert len(token) == 132
    assert verify(token, _known(key), now=NOW) == code
    link = profile_l.url("http://127.0.0.1:8402/", token)
    assert link == f"http://127.0.0.1:8402/p#{token}"
    assert verify(link, _known(key), now=NOW) == code


anything = st.text(max_size=30)
local = st.text(st.characters(categories=["Lo", "L", "Mn", "Cf"]), max_size=26)
often_wrong = st.builds(
    replace,
    st.just(DYNAMIC),
    merchant_id=st.just(SHOP) | st.from_regex(r"[A-Za-z0-9]{1,21}", fullmatch=True) | anything,
    merchant_name=printable | anything,
    merchant_city=printable | anything,
    country=st.just("DE") | anything,
    mcc=st.just("5912") | anything,
    terminal_label=printable | anything,
    store_label=optional | anything,
    bill_no=optional | anything,
    postal_code=optional | anything,
    language=st.just("zh") | optional | anything,
    local_name=local | optional | anything,
    local_city=local | optional | anything,
    key_id=st.just(DYNAMIC.key_id) | anything,
    amount=amounts | st.builds(Money, st.integers(-1, 10**13), st.just(EUR)),
    request_id=request_ids | anything.map(RequestId),
    nonce=nonces | st.binary(max_size=13),
    issued_at=st.integers(-400, 20).map(lambda s: later(NOW, s * 1000 - 1)),
    expires_at=st.integers(1, 400).map(lambda s: later(NOW, s * 1000 + 999)),
)


def _known_as(code: DynamicCode) -> KeyDirectory:
    far_off, owner = Instant(2 * 10**12), merchant_owner(code.merchant_id)
    row = KeyRecord(code.key_id, KEY.public, owner, KeyStatus.ACTIVE, Instant(0), far_off)
    return KeyDirectory([row])


@given(often_wrong)
def test_whatever_a_till_is_told_it_writes_what_a_wallet_takes_or_nothing(
    code: DynamicCode,
) -> None:
    try:
        text = profile_s.encode(code, KEY)
    except QrpayError:
        return
    read = verify(text, _known_as(code), now=NOW)
    assert read == replace(
        code,
        issued_at=Instant(code.issued_at // 1000 * 1000),
        expires_at=Instant(code.expires_at // 1000 * 1000),
    )


FREE = [field.name for field in fields(ShopCode) if field.name not in {"text", "key_id"}]


@given(st.sampled_from([*FREE, "bill_no"]), printable | local | anything)
def test_whatever_one_field_says_a_till_writes_what_a_wallet_takes_or_nothing(
    name: str, value: str
) -> None:
    code: DynamicCode = replace(DYNAMIC, language="zh", local_name="药妆")
    change: dict[str, Any] = {name: value}
    code = replace(code, **change)
    try:
        text = profile_s.encode(code, KEY)
    except QrpayError:
        return
    assert verify(text, _known_as(code), now=NOW) == code


@given(keys, st.dictionaries(st.sampled_from(["61", "62.01", "62.03", "64.02"]), printable))
def test_what_is_signed_is_known_as_a_reader_will_find_it(
    key: PrivateKey, extra: dict[str, str]
) -> None:
    values = shop.spell(STICKER, "11", EUR) | extra | {"80.00": "test.qrpay", "80.01": "1E"}
    written = seal.close(values, profile_t.PROFILE, key)
    found = seal.parse_signed(written.text)
    assert found == written
    assert list(found.by_path) == list(written.by_path)


@pytest.mark.parametrize("key_id", ["", "no key id", "k" * 33, "ké"])
def test_a_till_can_not_name_a_key_that_nobody_could_look_up(key_id: str) -> None:
    with pytest.raises(KidFormat):
        profile_s.encode(replace(DYNAMIC, key_id=key_id), KEY)
    with pytest.raises(KidFormat):
        profile_t.encode(replace(STICKER, key_id=key_id), KEY)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (replace(DYNAMIC, merchant_name="X" * 26), QrField),
        (replace(DYNAMIC, merchant_name="Müller"), QrField),
        (replace(DYNAMIC, merchant_id="not a merchant"), QrField),
        (replace(DYNAMIC, mcc="591"), QrField),
        (replace(DYNAMIC, country="Germany"), QrField),
        (replace(DYNAMIC, terminal_label=""), QrField),
        (replace(DYNAMIC, request_id=RequestId("too short")), QrField),
        (replace(DYNAMIC, nonce=bytes(11)), QrField),
        (replace(DYNAMIC, amount=Money(0, EUR)), AmountOutOfRange),
        (replace(DYNAMIC, expires_at=later(DYNAMIC.issued_at, 301_000)), QrLifetimeTooLong),
        (replace(DYNAMIC, language="zh", local_name="店\u202e"), TextCharacter),
        (replace(DYNAMIC, local_name="没有语言"), QrField),
        (
            replace(
                DYNAMIC,
                merchant_name="X" * 25,
                store_label="X" * 20,
                bill_no="X" * 19,
                language="zh",
                local_name="𠀀" * 25,
                local_city="𠀀" * 15,
            ),
            QrTooLong,
        ),
    ],
)
def test_a_till_can_not_write_a_code_that_a_wallet_would_refuse(
    change: DynamicCode, error: type[Exception]
) -> None:
    with pytest.raises(error):
        profile_s.encode(change, KEY)


def test_a_till_can_not_write_a_sticker_or_link_that_a_wallet_would_refuse() -> None:
    with pytest.raises(QrField):
        profile_t.encode(replace(STICKER, terminal_label=""), KEY)
    with pytest.raises(QrLinkFormat):
        profile_l.encode(replace(LINK, key_id="k"), KEY)
    with pytest.raises(AmountOutOfRange):
        profile_l.encode(replace(LINK, amount=Money(0, EUR)), KEY)
    with pytest.raises(IdentifierFormat):
        profile_l.encode(replace(LINK, request_id=RequestId("too short")), KEY)


def test_each_profile_refuses_the_codes_of_the_others() -> None:
    dynamic, sticker = profile_s.encode(DYNAMIC, KEY), profile_t.encode(STICKER, KEY)
    with pytest.raises(QrField):
        profile_t.verify(dynamic, DIRECTORY, now=NOW)
    with pytest.raises(QrField):
        profile_s.verify(sticker, DIRECTORY, now=NOW)
    with pytest.raises(QrForeign):
        profile_l.verify(dynamic, DIRECTORY, now=NOW)


def test_a_code_of_another_scheme_is_refused_before_any_key_is_looked_up() -> None:
    foreign = assemble({"00": "01", "26.00": "a.example", "58": "DE"})
    with pytest.raises(QrForeign):
        seal.parse_signed(foreign)


def test_each_profile_reads_its_own_code() -> None:
    dynamic = profile_s.verify(profile_s.encode(DYNAMIC, KEY), DIRECTORY, now=NOW)
    sticker = profile_t.verify(profile_t.encode(STICKER, KEY), DIRECTORY, now=NOW)
    link = profile_l.verify(profile_l.encode(LINK, KEY), DIRECTORY, now=NOW)
    assert (dynamic, sticker, link) == (DYNAMIC, STICKER, LINK)
    assert [type(code) for code in (dynamic, sticker, link)] == [DynamicCode, StickerCode, LinkCode]


def test_a_link_names_the_merchant_that_owns_its_key() -> None:
    someone = KeyRecord(
        LINK.key_id, KEY.public, "nobody", KeyStatus.ACTIVE, Instant(0), Instant(2 * 10**12)
    )
    with pytest.raises(KeyNotAllowedForMerchant):
        verify(profile_l.encode(LINK, KEY), KeyDirectory([someone]), now=NOW)
    assert profile_l.verify(profile_l.encode(LINK, KEY), DIRECTORY, now=NOW).merchant_id == SHOP


def test_times_are_written_as_whole_seconds() -> None:
    between = replace(DYNAMIC, issued_at=later(DYNAMIC.issued_at, 999))
    assert profile_s.encode(between, KEY) == profile_s.encode(DYNAMIC, KEY)
