"""An environment for each foreign SDK, made by the tests that run it.

    python = environments.python("python-alipay-sdk==3.4.0")
    answer = environments.play([python, PROGRAMS / "old_shop.py"], {"gateway": url})

Two SDKs own the same import name, and none belongs among this project's own packages; so each set
of requirements gets a virtual environment, or a folder of npm packages, under ``.test-cache``,
named after the requirements and reused while they stay the same. Python packages come from
wherever pip is told to look, npm packages without their install scripts.

Where an interpreter or a registry can't be reached, the tests are skipped and say why; a folder
half made is never taken for a whole one. ``play`` gives a program a JSON document on its standard
input and reads the one it writes; what an SDK says meanwhile is in the failure's message.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".test-cache" / "sdks"
INSTALL_TIMEOUT_S = 600
RUN_TIMEOUT_S = 120
MADE = "requirements.json"
"""Written last: it says that everything in the folder is there."""

_unreachable: dict[Path, str] = {}
"""What could not be made in this run, so that a missing network is waited for once."""


def python(*requirements: str) -> Path:
    """Give the interpreter of an environment in which these requirements are installed."""
    folder = _folder("py", *requirements, ".".join(map(str, sys.version_info[:2])))
    _made(folder, requirements, lambda: _make_python(folder, requirements))
    return folder / "bin" / "python"


def node(*requirements: str) -> Path:
    """Give the folder in which these npm packages are installed; programs are run inside of it."""
    folder = _folder("npm", *requirements)
    _made(folder, requirements, lambda: _make_node(folder, requirements))
    return folder


def node_program() -> str:
    """Give the path of node, or skip the test that needs it."""
    return _program("node")


def play(
    command: Sequence[str | Path],
    document: object = None,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> object:
    """Run a program with a JSON document on its standard input and give the one it answers.

    ``environment`` is added to this process's own. A program that fails fails the test, with what
    it said.
    """
    done = subprocess.run(  # noqa: S603 - a program of the tests
        [str(part) for part in command],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT_S,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(f"{command[-1]} ended with {done.returncode}:\n{done.stderr}", pytrace=False)
    return json.loads(done.stdout)


def _folder(kind: str, *key: str) -> Path:
    name = re.sub(r"[^A-Za-z0-9.]+", "-", key[0]).strip("-")
    digest = hashlib.sha256("\n".join(key).encode()).hexdigest()[:8]
    return CACHE / f"{kind}-{name}-{digest}"


def _made(folder: Path, requirements: Sequence[str], make: Callable[[], None]) -> None:
    if folder in _unreachable:
        pytest.skip(_unreachable[folder])
    CACHE.mkdir(parents=True, exist_ok=True)
    # Two test runs may want the same environment at once; the second waits and finds it made.
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / MADE).is_file():
            return
        shutil.rmtree(folder, ignore_errors=True)
        try:
            make()
        except subprocess.CalledProcessError as error:
            _give_up(folder, str(error.stderr).strip()[-300:])
        except subprocess.TimeoutExpired:
            _give_up(folder, f"no answer within {INSTALL_TIMEOUT_S} s")
        (folder / MADE).write_text(json.dumps(list(requirements)), encoding="utf-8")


def _give_up(folder: Path, why: str) -> None:
    _unreachable[folder] = f"no environment {folder.name} for a foreign SDK: {why}"
    pytest.skip(_unreachable[folder])


def _make_python(folder: Path, requirements: Sequence[str]) -> None:
    venv.create(folder, with_pip=True)
    pip = [
        str(folder / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    # One SDK has 14,000 modules, of which a program imports a few dozen.
    _install([*pip, "--no-compile", *requirements])


def _make_node(folder: Path, requirements: Sequence[str]) -> None:
    npm = _program("npm")
    folder.mkdir()
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _install([npm, "install", "--prefix", str(folder), *quiet, *requirements])


def _install(command: list[str]) -> None:
    subprocess.run(  # noqa: S603 - the packages a test names
        command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=True
    )


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed: no SDK for it can be run")
    return path
