"""The examples in another language, as printed, agree with us about the published vectors."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tidy.source import ROOT

NODE = shutil.which("node")
REFERENCE = ROOT / "docs" / "reference"
VECTORS = ROOT / "tests" / "vectors"

needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")


def run_example(document: str, vectors: str, folder: Path) -> dict[str, str]:
    """Run the one script of a document over a file of vectors; give what it says of each."""
    text = (REFERENCE / document).read_text("utf-8")
    (script,) = re.findall(r"^```js\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    file = folder / "example.mjs"
    file.write_text(script, "utf-8")
    ran = subprocess.run(  # noqa: S603 (our own script)
        [str(NODE), str(file), str(VECTORS / vectors)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return dict(line.split(" ", 1) for line in ran.stdout.splitlines())


def published(vectors: str) -> dict[str, str]:
    content = json.loads((VECTORS / vectors).read_text("utf-8"))
    return {vector["id"]: vector["result"] for vector in content["vectors"]}


@needs_node
def test_payment_codes_are_judged_alike(tmp_path: Path) -> None:
    found = run_example("payment-codes.md", "payment_codes.json", tmp_path)
    assert found == published("payment_codes.json")


@needs_node
def test_signed_messages_are_judged_alike_up_to_the_spelling_of_their_text(tmp_path: Path) -> None:
    spelling = {
        "MESSAGE_FORMAT",
        "AMOUNT_OUT_OF_RANGE",
        "CURRENCY_UNSUPPORTED",
        "IDENTIFIER_FORMAT",
        "TEXT_CHARACTER",
    }
    found = run_example("messages.md", "messages.json", tmp_path)
    assert found == {
        name: "valid" if result in spelling else result
        for name, result in published("messages.json").items()
    }
