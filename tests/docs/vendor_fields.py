"""Every field of the vendors' calls: yes, partly or no, as tests saw it.

    python -m tests.docs.vendor_fields                       writes docs/reference/vendor-fields.md
    python -m tests.docs.vendor_fields tests/faces/alipay    runs these tests first, and adds to the
                                                             record what their calls read and answer

The record, ``tests/faces/fields_seen.json``, is held against every call that any test of a face
makes (``tests/faces/conftest.py``). What vendors document and no call was seen to touch comes from
``documented_fields``.
"""

from __future__ import annotations

import sys
from typing import Final

import pytest

from tests.docs.documented_fields import ANSWERED, CHECKED_ONLY, SENT
from tests.faces import fields_seen
from tests.tidy.source import ROOT

PAGE: Final = ROOT / "docs" / "reference" / "vendor-fields.md"
HEAD: Final = """\
<!-- Made by `python -m tests.docs.vendor_fields` from what tests saw; don't edit. -->

# Fields of the vendors' calls

Which fields each operation knows, as the calls of all tests were seen to read and to answer them.

| of a request | |
|---|---|
| yes | read and acted on, checked, or kept and given back |
| partly | accepted, signed with the call, and passed over |
| no | refused |

| of an answer | |
|---|---|
| yes | given by some call of the tests; not each answer has each field |
| no | documented by the vendor and never given |

Why a call is refused stands by code in [Alipay](../use/alipay.md), [Antom](../use/antom.md),
[WeChat Pay v3](../use/wechatpay.md) and [v2](../use/wechatpay-v2.md); which test proves a code, and
what is left out on purpose, in [what is imitated](../compatibility.md).
"""

FACES: Final = {
    "alipay": """\
## Alipay V2 and V3

Fields of `biz_content` in V2, of query or body in V3. A field that is not listed here is accepted
and passed over, too (*partly*); none is refused for its name. Around them `app_id`, `method`,
`format`, `charset`, `sign_type`, `sign`, `timestamp`, `version`, `notify_url`, `return_url`,
`app_cert_sn`, `encrypt_type` and `biz_content` are *yes*, `app_auth_token` is signed and passed
over (*partly*).
""",
    "antom": """\
## Antom

A field that is not listed here is accepted and passed over (*partly*); none is refused for its
name.
""",
    "wechatpay": """\
## WeChat Pay v3

A member of a body that is not listed here is refused with `PARAM_ERROR` (*no*); of a query it is
passed over (*partly*). A member that is *partly* still has to have its documented type and length,
and is compared when an order comes again.
""",
    "wechatpay_v2": """\
## WeChat Pay v2

A field that is not listed here is signed with the call and passed over (*partly*); none is refused
for its name. `mch_id`, `sub_mch_id`, `sub_appid`, `sign` and `sign_type` are *yes* everywhere.
""",
}


def page() -> str:
    """Give the page."""
    record = fields_seen.recorded()
    return "\n".join([HEAD, *(_face(face, record[face]) for face in FACES)])


def _face(face: str, operations: dict[str, dict[str, list[str]]]) -> str:
    lines = [FACES[face]]
    for operation, seen in operations.items():
        read, passed_over = _requests(face, operation, seen[fields_seen.READ])
        given = seen[fields_seen.ANSWERED]
        missing = sorted(set(ANSWERED.get(operation, "").split()) - set(given))
        lines += [
            f"### `{operation}`",
            "",
            "| | yes | partly | no |",
            "|---|---|---|---|",
            f"| request | {_listed(read)} | {_listed(passed_over)} | |",
            f"| answer | {_listed(given)} | | {_listed(missing)} |",
            "",
        ]
    return "\n".join(lines)


def _requests(face: str, operation: str, read: list[str]) -> tuple[list[str], list[str]]:
    checked = set(CHECKED_ONLY.get(face, "").split())
    documented = set(SENT.get(operation, "").split()) - set(read)
    used = [name for name in read if name not in checked]
    return used, sorted(documented | (checked & set(read)))


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def record(tests: list[str]) -> None:
    """Run tests and write down what their calls read and answer: anew if it is all of them."""

    class Recorder:
        """Keeps the record from being held against itself."""

        def pytest_sessionfinish(self) -> None:
            fields_seen.keep(anew=tests == ["tests/faces"])

    fields_seen.unknown = set
    fields_seen.install()
    # The faces are imported here before pytest could rewrite their assertions, which have none.
    quiet = ["-q", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    if pytest.main([*quiet, *tests], plugins=[Recorder()]):
        raise SystemExit("these tests do not pass")


if __name__ == "__main__":
    if sys.argv[1:]:
        record(sys.argv[1:])
    PAGE.write_text(page(), encoding="utf-8")
