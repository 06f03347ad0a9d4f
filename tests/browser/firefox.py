"""Debian's Firefox, driven by its own remote protocol, Marionette: no driver has to be installed.

A message is its length in bytes, a colon, and JSON: ``[0, id, command, parameters]`` there,
``[1, id, error, result]`` back; the commands are those of WebDriver. Source: Firefox's source tree,
``remote/doc/marionette/Protocol.md``. The program is ``firefox-esr`` or ``firefox`` on the path;
without one the tests are skipped and say so.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ledger.kit.network.ports import free_port

Json = Any
PATIENCE_S = 90.0
POLL_S = 0.2
REQUEST, ANSWER = 0, 1


def program() -> str:
    """Find Firefox, or skip the test and say why."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if found is None:
        pytest.skip("firefox is not installed (sudo apt-get install firefox-esr): not looked at")
    return found


@dataclass
class Firefox:
    """A running Firefox with one page."""

    line: socket.socket
    sent: int = 0

    def open(self, url: str) -> None:
        """Go to an address."""
        self.call("WebDriver:Navigate", {"url": url})

    def run(self, script: str) -> Json:
        """Run a function's body in the page, and give what it returns."""
        return self.call("WebDriver:ExecuteScript", {"script": script, "args": []})["value"]

    def wait_for(self, selector: str) -> None:
        """Wait until something can be seen."""
        deadline = time.monotonic() + PATIENCE_S
        seen = f"return document.querySelector({json.dumps(selector)})?.checkVisibility() ?? false"
        while not self.run(seen):
            assert time.monotonic() < deadline, self.run("return document.body.innerText")
            time.sleep(POLL_S)

    def click(self, selector: str) -> None:
        """Press something as a person does."""
        self.wait_for(selector)
        found = self.call("WebDriver:FindElement", {"using": "css selector", "value": selector})
        (element,) = found["value"].values()
        self.call("WebDriver:ElementClick", {"id": element})

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file, in a field that people reach by a button."""
        found = self.call("WebDriver:FindElement", {"using": "css selector", "value": selector})
        (element,) = found["value"].values()
        self.call("WebDriver:ElementSendKeys", {"id": element, "text": str(path)})

    def call(self, command: str, parameters: Json) -> Json:
        """Have a command done; fails with what Firefox says of it."""
        self.sent += 1
        text = json.dumps([REQUEST, self.sent, command, parameters]).encode()
        self.line.sendall(f"{len(text)}:".encode() + text)
        kind, number, error, result = self.hear()
        assert (kind, number, error) == (ANSWER, self.sent, None), error
        return result

    def hear(self) -> Json:
        """Read one message."""
        length = b""
        while not length.endswith(b":"):
            length += self._read(1)
        return json.loads(self._read(int(length[:-1])))

    def _read(self, size: int) -> bytes:
        content = b""
        while len(content) < size:
            piece = self.line.recv(size - len(content))
            assert piece, "Firefox hung up"
            content += piece
        return content


@contextmanager
def launched(folder: Path) -> Iterator[Firefox]:
    """Run a Firefox of its own, with a new profile, until the block ends."""
    port = free_port()
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text(f'user_pref("marionette.port", {port});\n', "utf-8")
    words = [program(), "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
    process = subprocess.Popen(  # noqa: S603 (a browser, by its own command line)
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"HOME": str(folder)}
    )
    try:
        with _connected(port) as line:
            firefox = Firefox(line)
            firefox.hear()  # its greeting
            firefox.call("WebDriver:NewSession", {"capabilities": {}})
            yield firefox
    finally:
        process.kill()
        process.wait()


def _connected(port: int) -> socket.socket:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "Firefox does not listen"
            time.sleep(POLL_S)
