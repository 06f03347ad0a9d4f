"""The examples that `qrpay ledger merchant add` writes sell, unchanged, as `qrpay run` runs them.

Python and Node with their SDKs, and what needs no SDK also in PHP and Java, where those are
installed. Of the others the keys they load are tried by ``tests/ops/test_merchant_add.py``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from ledger.cli import main
from ledger.core.records.vendors import Vendor
from ledger.ops.audit import audit
from tests.conformance.environments import node, node_program, python
from tests.conformance.stages import SdkStage

CODE = re.compile(r"(https://qr\.(?:alipay\.com|qrpay\.test)/\w+|weixin://wxpay/bizpayurl\?pr=\w+)")
RUN_TIMEOUT_S = 120


class Shop(NamedTuple):
    """A ledger that answers, and a folder of keys for each vendor."""

    stage: SdkStage
    keys: Path


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("examples")
    stage = SdkStage(folder)
    told = {"QRPAY_LEDGER_DATA": str(stage.settings.data_dir)}
    for vendor in Vendor:
        words = ["ledger", "merchant", "add", str(folder / vendor), f"--{vendor}"]
        done = CliRunner().invoke(main, words, env=told)
        assert done.exit_code == 0, done.output
    yield Shop(stage, folder)
    assert audit(stage.books) == []
    stage.close()


def shown(shop: Shop, vendor: str, command: list[str | Path], **more: str) -> str:
    """Run an example; the code it shows."""
    environment: Mapping[str, str] = {**os.environ, **shop.stage.redirected, **more}
    done = subprocess.run(  # noqa: S603 - an example of ours
        [str(part) for part in command],
        cwd=shop.keys / vendor,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT_S,
        check=False,
    )
    found = CODE.search(done.stdout.replace("\\/", "/"))
    assert found, f"{command} shows no code:\n{done.stdout}\n{done.stderr}"
    return found[0]


def pays(shop: Shop, code: str, name: str) -> None:
    """A wallet pays a code."""
    assert shop.stage.phone(name).pay(code)["state"] == "PAID"


@pytest.mark.parametrize(
    ("vendor", "sdk"),
    [
        ("alipay", "alipay-sdk-python==3.7.1411"),
        ("antom", "global-open-sdk-python==1.7.1"),
        ("wechatpay", "wechatpayv3==2.0.4"),
    ],
)
def test_the_python_example_sells(shop: Shop, vendor: str, sdk: str) -> None:
    pays(shop, shown(shop, vendor, [python(sdk), "example.py"]), "li-wei")


@pytest.mark.parametrize(
    ("vendor", "sdk"),
    [("alipay", "alipay-sdk@4.14.0"), ("antom", ""), ("wechatpay", "wechatpay-node-v3@2.2.1")],
)
def test_the_node_example_sells(shop: Shop, vendor: str, sdk: str) -> None:
    packages = {"NODE_PATH": str(node(sdk) / "node_modules")} if sdk else {}
    pays(shop, shown(shop, vendor, [node_program(), "example.cjs"], **packages), "li-wei")


@pytest.mark.skipif(shutil.which("php") is None, reason="php is not installed")
@pytest.mark.parametrize("vendor", Vendor)
def test_the_php_example_is_php(shop: Shop, vendor: str) -> None:
    linted = subprocess.run(
        ["php", "-l", "example.php"],  # noqa: S607
        cwd=shop.keys / vendor,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


@pytest.mark.skipif(shutil.which("php") is None, reason="php is not installed")
def test_the_php_example_that_needs_no_package_sells(shop: Shop) -> None:
    pays(shop, shown(shop, "antom", ["php", "example.php"]), "anna")


@pytest.mark.skipif(shutil.which("java") is None, reason="no Java is installed")
def test_the_java_example_that_needs_no_package_sells(shop: Shop) -> None:
    pays(shop, shown(shop, "antom", ["java", "Example.java"]), "anna")
