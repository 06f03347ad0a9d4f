"""Each SDK lives in an environment of its own, and one that can't be made is told loudly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conformance import environments
from tests.conformance.environments import node, node_program, play, python

NAMES = "import alipay, json; print(json.dumps(sorted(vars(alipay))))"
REQUIRE = "process.stdout.write(JSON.stringify(typeof require('alipay-sdk').AlipaySdk))"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "CACHE", tmp_path)
    monkeypatch.setattr(environments, "_unreachable", {})


def test_two_sdks_of_one_import_name_do_not_meet() -> None:
    official, widespread = python("alipay-sdk-python==3.7.1411"), python("python-alipay-sdk==3.4.0")
    assert official != widespread
    assert "AliPay" not in str(play([official, "-c", NAMES]))
    assert "AliPay" in str(play([widespread, "-c", NAMES]))


def test_an_npm_package_is_found_from_its_folder() -> None:
    folder = node("alipay-sdk@4.14.0")
    assert play([node_program(), "-e", REQUIRE], folder=folder) == "function"


@pytest.mark.usefixtures("cache")
def test_the_same_requirements_are_installed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[Sequence[str]] = []
    monkeypatch.setattr(environments, "_install", installed.append)
    assert node("a@1") == node("a@1") != node("a@2")
    assert [command[-1] for command in installed] == ["a@1", "a@2"]


@pytest.mark.usefixtures("cache")
def test_what_can_not_be_installed_skips_with_the_reason_and_is_tried_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(pytest.skip.Exception, match=r"no environment npm-file(?s:.*)nowhere"):
        node("file:./nowhere")
    monkeypatch.setattr(environments, "_install", lambda _: pytest.fail("tried again"))
    with pytest.raises(pytest.skip.Exception, match="nowhere"):
        node("file:./nowhere")


@pytest.mark.usefixtures("cache")
def test_a_folder_half_made_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall_over(_: Sequence[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environments, "_install", fall_over)
    with pytest.raises(KeyboardInterrupt):
        node("a@1")
    installed: list[Sequence[str]] = []
    monkeypatch.setattr(environments, "_install", installed.append)
    node("a@1")
    assert len(installed) == 1


def test_a_program_that_fails_fails_the_test_with_its_words() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"ended with 1(?s:.*)no such door"):
        play([Path("python3"), "-c", "raise SystemExit('no such door')"])
