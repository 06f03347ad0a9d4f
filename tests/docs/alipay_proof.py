"""What of Alipay's open platform is imitated, found in the code's tables and in the tests.

    python -m tests.docs.alipay_proof        writes the section of docs/compatibility.md anew

A method or a code is *yes* if a test says its name, *partly* if the code has it and no test does,
*no* if only Alipay's documents have it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from ledger.faces.alipay.calls.refusals import ACQ, GATEWAY
from ledger.faces.alipay.deposits.refused import FUND
from ledger.faces.alipay.methods import METHODS
from ledger.faces.alipay.methods.bills import BILL
from tests.tidy.source import ROOT

PAGE = ROOT / "docs" / "compatibility.md"
BEGIN = "<!-- Made by `python -m tests.docs.alipay_proof` from code and tests. -->\n"
END = "<!-- Here ends what tests/docs/alipay_proof.py makes. -->\n"

SDKS = {
    "test_official.py": "alipay-sdk-python",
    "test_widespread.py": "python-alipay-sdk",
    "test_node.py": "npm alipay-sdk",
}

ONLY_DOCUMENTED = (
    *("ACCESS_FORBIDDEN", "AGREEMENT_*", "ALLOC_AMOUNT_VALIDATE_ERROR", "ALREADY_FINISH_ALLOC"),
    *("AMOUNT_OR_CURRENCY_ERROR", "APPLY_PC_MERCHANT_CODE_ERROR", "BEYOND_PAY_RESTRICTION"),
    *("BEYOND_PER_RECEIPT_*", "BUYER_BANKCARD_*", "BUYER_ERROR", "BUYER_LIMIT_EXCEEDED"),
    *("BUYER_SELLER_EQUAL", "CANCEL_NOT_ALLOWED", "CERT_EXPIRED", "CUSTOMER_VALIDATE_ERROR"),
    *("CYCLE_PAY_*", "DEFAULT_SETTLE_RULE_NOT_EXIST", "DUP_OUT_REQUEST_NO"),
    *("ENTERPRISE_PAY_BIZ_ERROR", "ERROR_BALANCE_PAYMENT_DISABLE"),
    *("ERROR_BUYER_CERTIFY_LEVEL_LIMIT", "EXIST_FORBIDDEN_WORD", "INVALID_RECEIVE_ACCOUNT"),
    *("INVALID_STORE_ID", "MERCHANT_PERM_RECEIPT_*", "MOBILE_PAYMENT_SWITCH_OFF"),
    *("NO_PAYMENT_INSTRUMENTS_AVAILABLE", "NOT_ALLOW_PARTIAL_REFUND"),
    *("ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND", "PARTNER_ERROR", "PAYMENT_FAIL"),
    *("PRE_AUTH_PROD_CODE_INCONSISTENT", "PULL_MOBILE_CASHIER_FAIL", "REASON_ILLEGAL_STATUS"),
    *("REASON_TRADE_BEEN_FREEZEN", "REFUND_ACCOUNT_NOT_EXIST", "REFUND_CHARGE_ERROR"),
    *("REFUND_FEE_ERROR", "REQUEST_AMOUNT_EXCEED", "RISK_MERCHANT_IP_NOT_EXIST"),
    *("ROYALTY_ACCOUNT_NOT_EXIST", "SECONDARY_MERCHANT_*", "SELLER_BALANCE_NOT_ENOUGH"),
    *("SELLER_BEEN_BLOCKED", "SELLER_NOT_EXIST", "SUB_GOODS_SIZE_MAX_COUNT"),
    *("TRADE_NOT_ALLOW_REFUND", "TRADE_SETTLE_ERROR", "TXN_RESULT_ACCOUNT_BALANCE_NOT_ENOUGH"),
    *("UN_SUPPORT_TRADE_SCENE", "USER_FACE_PAYMENT_SWITCH_OFF", "USER_NOT_MATCH_ERR"),
)
"""Codes of trades for which these books have no cause: bank cards, agreements, stores, risk…"""


@cache
def _tests() -> tuple[tuple[str, str, str], ...]:
    """Every test of the face: its file, its name, its source."""
    return tuple(_read())


def _read() -> Iterator[tuple[str, str, str]]:
    for folder in ("tests/faces/alipay", "tests/conformance/alipay"):
        for path in sorted((ROOT / folder).glob("test_[!c]*.py")):  # a campaign provokes nothing
            text = path.read_text("utf-8")
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                    lines = text.splitlines()[first - 1 : node.end_lineno]
                    yield path.name, node.name, "\n".join(lines)


def _said_by(*words: str) -> str:
    """Name the first test that says one of these words."""
    for _, name, source in _tests():
        if any(f'"{word}"' in source or f'"{word}' in source for word in words):
            return f"`{name}`"
    return ""


def _sdks(method: str) -> str:
    by_function = f"api_{method.replace('.', '_')}"
    words = (method, by_function, method.replace("alipay.fund.auth", "{fund}"))
    found = [
        sdk
        for file, sdk in SDKS.items()
        if any(word in source for at, _, source in _tests() for word in words if at == file)
    ]
    helpers = (ROOT / "tests/conformance/alipay/test_widespread.py").read_text("utf-8")
    if SDKS["test_widespread.py"] not in found and f'"{by_function}"' in helpers:
        found.append(SDKS["test_widespread.py"])
    return ", ".join(found) or "none"


def _code(prefix: str, name: str) -> str:
    said = _said_by(f"{prefix}{name}", name)
    return f"| `{prefix}{name}` | {'yes' if said else 'partly'} | {said or 'no test provokes it'} |"


def section() -> str:
    """Give the section as it stands in the page."""
    methods = [
        f"| `{each.name}` | yes | {'yes' if each.rest else 'no'} | {_sdks(each.name)} |"
        for each in METHODS.values()
    ]
    codes = [
        *(_code("ACQ.", name) for name in sorted(ACQ)),
        *(_code("", name) for name in sorted({*FUND, *BILL})),
        *(_code("", name) for name in sorted(GATEWAY)),
    ]
    missing = ", ".join(f"`{name}`" for name in ONLY_DOCUMENTED)
    return "\n".join(
        [
            "| method | V2 | V3 | run by these SDKs, unmodified |",
            "|---|---|---|---|",
            *methods,
            "",
            "| code | given out | by which test |",
            "|---|---|---|",
            *codes,
            "",
            f"No cause in these books, so never given out, `ACQ.`: {missing}.",
            "",
        ]
    )


def page_with(made: str) -> str:
    """Give the whole page with this section in it."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page_with(section()), encoding="utf-8")
