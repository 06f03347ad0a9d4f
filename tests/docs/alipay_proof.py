"""What of Alipay's open platform is imitated, found in the code's tables and in the tests.

    python -m tests.docs.alipay_proof        writes the section of docs/compatibility.md anew

A method or a code is *yes* if a test says its name, *partly* if the code has it and no test does,
*no* if only Alipay's documents have it.
"""

from __future__ import annotations

from ledger.faces.alipay.calls.refusals import ACQ, GATEWAY
from ledger.faces.alipay.deposits.refused import FUND
from ledger.faces.alipay.methods import METHODS
from ledger.faces.alipay.methods.bills import BILL
from ledger.protocol.alipay_wire.codes import BY_METHOD, GATEWAY_CLASSES
from tests.docs.proofs import Proof, all_tests, page_with, said_by
from tests.tidy.source import ROOT

PAGE = ROOT / "docs" / "compatibility.md"
BEGIN = "<!-- Made by `python -m tests.docs.alipay_proof` from code and tests. -->\n"
END = "<!-- Here ends what tests/docs/alipay_proof.py makes. -->\n"

SDKS = {
    "test_official.py": "alipay-sdk-python",
    "test_widespread.py": "python-alipay-sdk",
    "test_node.py": "npm alipay-sdk",
    "test_node_shares.py": "npm alipay-sdk",
}

ON_DEMAND = "test_every_code_of_the_reference_is_given_on_demand"
"""Has the face refuse by every code of the reference, by the fault ``call.refused``."""


def _tests() -> tuple[Proof, ...]:
    return all_tests("tests/faces/alipay", "tests/conformance/alipay")


def _said_by(*words: str) -> str:
    return said_by(_tests(), *words)


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
    return ", ".join(dict.fromkeys(found)) or "none"


def _code(prefix: str, name: str) -> str:
    said = _said_by(f"{prefix}{name}", name)
    if not said and f"{prefix}{name}" in _listed():
        said = f"`{ON_DEMAND}`"
    return f"| `{prefix}{name}` | {'yes' if said else 'partly'} | {said or 'no test provokes it'} |"


def _listed() -> frozenset[str]:
    """Give every code that a sandbox can ask for; the test of it must be there."""
    assert ON_DEMAND in {name for _, name, _ in _tests()}
    return frozenset(GATEWAY_CLASSES).union(*BY_METHOD.values())


def _without_cause() -> str:
    given = {*(f"ACQ.{name}" for name in ACQ), *FUND, *BILL, *GATEWAY}
    return ", ".join(f"`{code}`" for code in sorted(_listed() - given))


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
            "These have no cause in these books (bank cards, agreements, stores, risk …).",
            "The fault [`call.refused`](use/faults.md#codes-on-demand) gives each to the methods",
            f"whose reference lists it, as `{ON_DEMAND}` proves: {_without_cause()}.",
            "",
        ]
    )


def whole_page() -> str:
    """Give the page with this section in it."""
    return page_with(PAGE, BEGIN, section(), END)


if __name__ == "__main__":
    PAGE.write_text(whole_page(), "utf-8")
