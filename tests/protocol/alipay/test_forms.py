"""A form is read as the library reads one, only quicker."""

from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.alipay_wire.charsets import parameters

PIECES = st.sampled_from(
    [
        b"&",
        b"=",
        b"+",
        b"%",
        b"%e8",
        b"%8C%B6",
        b"%B2%CB",
        b"%zz",
        b"%2",
        b"a",
        b"\xe8\x8c\xb6",
        b";",
    ]
)


@given(
    form=st.lists(PIECES, max_size=30).map(b"".join),
    encoding=st.sampled_from(["utf-8", "gbk", "gb18030"]),
)
def test_a_form_is_read_as_the_library_reads_it(form: bytes, encoding: str) -> None:
    text = form.decode("latin-1")
    pairs = parse_qsl(text, keep_blank_values=True, encoding=encoding, errors="replace")
    assert parameters(form, encoding) == dict(pairs)
