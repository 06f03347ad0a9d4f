"""What of Antom's in-store API is imitated, found in the code's tables and in the tests.

    python -m tests.docs.antom_proof        writes the section of docs/compatibility.md anew

A call is run by the SDK if the program written with it makes it. A code is *yes* if a test says it,
*partly* if these books have no cause for it and only a sandbox's fault gives it.
"""

from __future__ import annotations

from ledger.faces.antom.routes import CALLS
from ledger.protocol.antom_wire.codes import BY_CALL
from tests.docs.proofs import all_tests, page_with, said_by
from tests.tidy.source import ROOT

PAGE = ROOT / "docs" / "compatibility.md"
BEGIN = "<!-- Made by `python -m tests.docs.antom_proof` from code and tests. -->\n"
END = "<!-- Here ends what tests/docs/antom_proof.py makes. -->\n"

SDK = "global-open-sdk-python"
PROGRAM = ROOT / "tests" / "conformance" / "antom" / "programs" / "till.py"
REQUESTS = {
    "pay": "OrderCodePaymentRequest",
    "inquiryPayment": "AlipayPayQueryRequest",
    "cancel": "AlipayPayCancelRequest",
    "refund": "AlipayRefundRequest",
    "inquiryRefund": "AlipayInquiryRefundRequest",
}
"""How the SDK calls them."""

ON_DEMAND = "test_every_code_of_the_reference_is_given_on_demand"


def _call(name: str) -> str:
    is_run = REQUESTS[name] in PROGRAM.read_text("utf-8")
    return f"| `{name}` | yes | {SDK if is_run else 'none'} |"


def _code(code: str) -> str:
    folders = ("tests/faces/antom", "tests/conformance/antom")
    provoked = said_by(all_tests(*folders, files="test_[!cf]*.py"), code)
    provoked = provoked or said_by(all_tests(*folders, files="test_calls.py"), code)
    calls = ", ".join(f"`{call}`" for call in CALLS if code in BY_CALL[call])
    given = f"yes | {provoked}" if provoked else f"partly | on demand, `{ON_DEMAND}`"
    return f"| `{code}` | {calls} | {given} |"


def section() -> str:
    """Give the section as it stands in the page."""
    codes = sorted(frozenset().union(*BY_CALL.values()))
    return "\n".join(
        [
            "| call | here | run by this SDK, unmodified |",
            "|---|---|---|",
            *map(_call, CALLS),
            "",
            "| code | calls | given out | by which test |",
            "|---|---|---|---|",
            *map(_code, codes),
            "",
        ]
    )


def whole_page() -> str:
    """Give the page with this section in it."""
    return page_with(PAGE, BEGIN, section(), END)


if __name__ == "__main__":
    PAGE.write_text(whole_page(), "utf-8")
