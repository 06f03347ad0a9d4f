"""What the page says of WeChat Pay is what the code's tables and the tests say."""

from __future__ import annotations

from tests.docs import wechatpay_proof


def test_what_is_imitated_is_what_tables_and_tests_say() -> None:
    made = wechatpay_proof.whole_page()
    assert wechatpay_proof.PAGE.read_text("utf-8") == made, (
        "run python -m tests.docs.wechatpay_proof"
    )
