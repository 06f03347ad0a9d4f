"""Run JavaScript as a second opinion: what node computes shares no code with this project.

Packages come from npm at pinned versions, without their install scripts, into ``.test-cache/node``.
Where node, npm or the registry is missing, the tests that need them are skipped and say so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".test-cache" / "node"
PACKAGES = {"axe-core": "4.14.1", "emvco-qr-sdk": "1.0.0", "promptparse": "1.6.0"}
INSTALL_TIMEOUT_S = 300
RUN_TIMEOUT_S = 60


def run(program: Path, document: bytes, *arguments: str) -> object:
    """Give a program a JSON document on its standard input and read the one it answers."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: no second opinion in JavaScript")
    done = subprocess.run(  # noqa: S603 - the tests' own program
        [node, str(program), *arguments],
        input=document,
        stdout=subprocess.PIPE,
        timeout=RUN_TIMEOUT_S,
        check=True,
    )
    return json.loads(done.stdout)


def packages() -> Path:
    """Give the folder with the pinned packages, installed if they are not there yet."""
    missing = [f"{name}@{version}" for name, version in PACKAGES.items() if not _has(name, version)]
    if missing:
        _install(missing)
    return CACHE


def _has(name: str, version: str) -> bool:
    manifest = CACHE / "node_modules" / name / "package.json"
    return manifest.is_file() and json.loads(manifest.read_text("utf-8"))["version"] == version


def _install(wanted: list[str]) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: no second opinion by foreign code")
    CACHE.mkdir(parents=True, exist_ok=True)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(  # noqa: S603 - the packages pinned above
        [npm, "install", "--prefix", str(CACHE), *quiet, *wanted],
        capture_output=True,
        text=True,
        timeout=INSTALL_TIMEOUT_S,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"npm could not install {', '.join(wanted)}: {done.stderr.strip()[-200:]}")
