"""What of WeChat Pay is imitated, found in the code's tables and in the tests.

    python -m tests.docs.wechatpay_proof        writes the section of docs/compatibility.md anew

A code is *yes* if a test of the face says it, *partly* if the code has it and no test does. An
address is run by an SDK if the program written with it calls it, and a failure is read by those
that walk its table (``tests/conformance/wechatpay_failures``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from ledger.faces.wechatpay.calls import codes as v3
from ledger.faces.wechatpay.calls import negative as negative_v3
from ledger.faces.wechatpay.routes import ROUTES as V3_ROUTES
from ledger.faces.wechatpay_v2.calls import codes as v2
from ledger.faces.wechatpay_v2.calls import negative as negative_v2
from ledger.faces.wechatpay_v2.routes import ROUTES as V2_ROUTES
from tests.conformance.wechatpay_failures import v2 as of_v2
from tests.conformance.wechatpay_failures import v3 as of_v3
from tests.conformance.wechatpay_failures.failure import Failure, SdkCall, seen_by
from tests.docs.proofs import page_with
from tests.tidy.source import ROOT

PAGE = ROOT / "docs" / "compatibility.md"
BEGIN = "<!-- Made by `python -m tests.docs.wechatpay_proof` from tables and tests. -->\n"
END = "<!-- Here ends what tests/docs/wechatpay_proof.py makes. -->\n"

ON_DEMAND = "test_every_code_of_the_pages_is_given_on_demand"
"""Has both faces refuse by every code of the vendor's pages."""

ON_DEMAND_BY_SDKS = "test_every_code_of_every_calls_page_is_read_on_demand"
CAUSED = "test_every_failure_that_has_a_cause_here_is_read_by_its_code"
"""The tests by which SDKs walk the tables."""

FOLDERS = {"v3": "wechatpay", "v2": "wechatpay_v2"}
PROGRAMS = {
    "wechatpay/programs/wechatpayv3_shop.py": "wechatpayv3",
    "wechatpay/programs/wechatpay_node_v3_shop.cjs": "wechatpay-node-v3",
    "wechatpay/programs/axios_plugin_shop.cjs": "wechatpay-axios-plugin",
    "wechatpay/programs/senweaver_shop.py": "senweaver-pay",
    "wechatpay_v2/programs/wechatpy_shop.py": "wechatpy",
}


class Walked(NamedTuple):
    """A table of failures that SDKs walk: calls, the codes of their pages, and who is refused."""

    calls: Mapping[str, SdkCall]
    codes: Mapping[str, frozenset[str]]
    on_demand: Iterable[str]
    failures: tuple[Failure, ...]


TABLES = {
    "v3": Walked(of_v3.CALLS, of_v3.CODES, of_v3.CALLS, of_v3.FAILURES),
    "v2": Walked(of_v2.CALLS, of_v2.CODES, of_v2.OF_ITS_OWN, of_v2.FAILURES),
}
CALLS = {
    "/native": ("shop.pay(", "transactions_native", "transactions.native", "shop.scan("),
    "/jsapi": ("WeChatPayType.JSAPI", "transactions_jsapi"),
    "/app": ("WeChatPayType.APP", "transactions_app"),
    "/h5": ("WeChatPayType.H5", "transactions_h5"),
    "/codepay": ("WeChatPayType.CODEPAY",),
    "out-trade-no/<out_trade_no>": ("shop.query(", "outTradeNo.$out_trade_no$.get"),
    "id/<transaction_id>": ("transaction_id=number", "{ transaction_id: number", "id._transaction"),
    "<out_trade_no>/close": ("shop.close(", "$out_trade_no$.close"),
    "<out_trade_no>/reverse": ("codepay_reverse(",),
    "domestic/refunds": ("shop.refund(", "shop.refunds(", "domestic.refunds.post"),
    "domestic/refunds/<out_refund_no>": ("query_refund(", "find_refunds(", "_out_refund_no_.get"),
    "apply-abnormal-refund": ("abnormal_refund(",),
    "/v3/certificates": ("pay_by(", "get_certificates"),
    "tradebill": ("trade_bill(", "bill.tradebill", "shop.tradebill"),
    "fundflowbill": ("fundflow_bill(", "shop.fundflowbill"),
    "unifiedorder": ("order.create(",),
    "orderquery": ("order.query(", "pay.orderquery"),
    "closeorder": ("order.close(",),
    "micropay": ("micropay.create(", "pay.micropay"),
    "pay/reverse": ("order.reverse(", "pay.reverse"),
    "pay/refund": ("refund.apply(",),
    "refundquery": ("refund.query(",),
    "downloadbill": ("download_bill(today",),
    "downloadfundflow": ("download_fundflow(",),
    "queryexchagerate": ("pay.queryexchagerate",),
}
"""How the programs call an address, by how the address ends; what is not here no SDK offers."""

OVERSEAS = "wechatpay/programs/axios_plugin_overseas.cjs"
KINDS_OVERSEAS = ("jsapi", "app", "mweb")
"""This program calls the overseas API by the addresses themselves, these kinds in a loop."""


@cache
def _tests(version: str) -> tuple[tuple[str, str], ...]:
    return tuple(_read(FOLDERS[version]))


def _read(face: str) -> Iterator[tuple[str, str]]:
    """Every test of a face: its name, its source; what is asked for by a header is no cause."""
    for folder in ("faces", "conformance"):
        for path in sorted((ROOT / "tests" / folder / face).glob("test_[!cn]*.py")):
            text = path.read_text("utf-8")
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                    yield node.name, "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def _said_by(word: str, version: str) -> str:
    found = (name for name, source in _tests(version) if f'"{word}"' in source)
    return next((f"`{name}`" for name in found), "")


def _sdks(path: str, *, is_v2: bool) -> str:
    ends = [end for end in CALLS if path.endswith(end)]
    words = CALLS[max(ends, key=len)] if ends else ()
    found = []
    for program, sdk in PROGRAMS.items():
        text = (ROOT / "tests" / "conformance" / program).read_text("utf-8")
        if (sdk == "wechatpy") <= is_v2 and any(word in text for word in words):
            found.append(sdk)
    return ", ".join(found)


def _sdk_overseas(path: str) -> str:
    text = (ROOT / "tests" / "conformance" / OVERSEAS).read_text("utf-8")
    base, _, kind = path.rpartition("/")
    if base.endswith("global/transactions") and kind in KINDS_OVERSEAS:
        return "wechatpay-axios-plugin"
    spelled = re.escape(path.lstrip("/"))
    spelled = re.sub(r"<[a-z_]+>", r"[^/'`]+", spelled) + r"['`]"
    return "wechatpay-axios-plugin" if re.search(spelled, text) else ""


def _addresses() -> Iterator[str]:
    for each in V3_ROUTES:
        is_overseas = "/global/" in each.path
        sdks = _sdk_overseas(each.path) if is_overseas else _sdks(each.path, is_v2=False)
        if "/partner/" in each.path:
            sdks = "wechatpayv3" if "wechatpayv3" in sdks else ""
        yield f"| `{each.method} {each.path}` | {sdks or 'none'} |"
    for route in V2_ROUTES:
        yield f"| `POST {route.path}` | {_sdks(route.path, is_v2=True) or 'none'} |"


def _code(code: str, version: str) -> str:
    said = _said_by(code, version)
    given = f"{'yes' if said else 'partly'} | {said or 'no test says it'}"
    return f"| `{code}` | {version} | {given} | {_readers(code, version)} |"


def _readers(code: str, version: str) -> str:
    """Name who reads a code: where it has its cause, and who else where it is asked for."""
    table = TABLES[version]
    caused = {
        sdk: None
        for failure in table.failures
        if failure.code == code
        for sdk in seen_by(failure, table.calls)
    }
    asked = {
        sdk: None
        for name in table.on_demand
        if code in table.codes[name]
        for sdk in table.calls[name].sdks
        if sdk not in caused
    }
    return ", ".join([*caused, *(f"{sdk} on demand" for sdk in asked)]) or "none"


def _failures(version: str) -> Iterator[str]:
    """Say of each call and code what it is an answer to, and who reads it so."""
    table = TABLES[version]
    causes: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for each in table.failures:
        key = (table.calls[each.call].address, each.code, seen_by(each, table.calls))
        causes.setdefault(key, []).append(each.cause)
    for (address, code, sdks), of_it in causes.items():
        yield f"| `{address}` | `{code}` | {'; '.join(dict.fromkeys(of_it))} | {', '.join(sdks)} |"


def _named(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in sorted(codes))


def section() -> str:
    """Give the section as it stands in the page."""
    by_v3 = {told.code for told in (*v3.CODES.values(), *v3.KINDS, v3.USER_PAYING, v3.SYSTEM_ERROR)}
    by_v2 = {told.code for told in (*v2.CODES.values(), *v2.KINDS, v2.USER_PAYING, v2.SYSTEM_ERROR)}
    lines = [
        "| address | run by these SDKs, unmodified |",
        "|---|---|",
        *_addresses(),
        "",
        "| code | API | given out | by which test | read by these SDKs, unmodified |",
        "|---|---|---|---|---|",
        *(_code(code, "v3") for code in sorted(by_v3)),
        *(_code(code, "v2") for code in sorted(by_v2)),
        "",
        "These have no cause in these books (banks, cards, certificates …). The fault",
        "[`call.refused`](use/faults.md#codes-on-demand) gives each, and those above, to the calls",
        f"whose pages list it, as `{ON_DEMAND}` proves:",
        f"by v3 {_named(told.code for told in negative_v3.NO_CAUSE_HERE)},",
        f"by v2 {_named(told.code for told in negative_v2.NO_CAUSE_HERE)}.",
        f"`{ON_DEMAND_BY_SDKS}` has wechatpayv3 (in both key regimes), wechatpay-node-v3",
        "and wechatpy read every code on every call of theirs whose page lists it.",
        "",
        "### Failures, as SDKs read them",
        "",
        f"What has a cause is provoked by it and read by the SDKs (`{CAUSED}`):",
        "",
        "| call | code | what is wrong | read by these SDKs, unmodified |",
        "|---|---|---|---|",
        *_failures("v3"),
        *_failures("v2"),
    ]
    return "\n".join([*lines, ""])


def whole_page() -> str:
    """Give the page with this section in it."""
    return page_with(PAGE, BEGIN, section(), END)


if __name__ == "__main__":
    PAGE.write_text(whole_page(), "utf-8")
