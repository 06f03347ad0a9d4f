"""The ten-minute guides' programs, as printed: lost answers, forged notifications, refunds.

They run as they do under `qrpay run`, with their SDKs unmodified. Their pauses are shorter, and
they ask less often before they give up.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.sandbox.checklist.judging import Verdict
from ledger.testing.play import Play, playing
from tests.conformance.environments import node, node_program, python
from tests.tidy.source import ROOT

WITHIN_S = 120
LANGUAGES = ("python", "node")
SHORTER = {
    "time.sleep(1)": "time.sleep(0.05)",
    "range(20)": "range(3)",
    "done, 1000": "done, 50",
    "tries < 20": "tries < 3",
}
ASKED = "GET /v3/pay/transactions/out-trade-no"
JAVAC = shutil.which("javac")
MISSING_PACKAGES = {"cant.resolve", "doesnt.exist"}


class Guide(NamedTuple):
    """A guide's programs beside their keys, and how to run them.

    ``tries`` is how often Alipay's SDK sends a call by itself where nobody answers.
    """

    play: Play
    tries: int
    collect: list[str]
    show: list[str]


def program(language: str, name: str, keys: Path) -> str:
    """Keep a guide's program where the guide says; its path."""
    page = (ROOT / "docs" / "use" / f"{language}.md").read_text("utf-8")
    (file, text) = re.findall(
        rf"^Keep this as `\w+-keys/({name}\.\w+)`.*?^```\w+\n(.*?)^```$",
        page,
        re.DOTALL | re.MULTILINE,
    )[0]
    for printed, shorter in SHORTER.items():
        text = text.replace(printed, shorter)
    path = keys / file
    path.write_text(text, "utf-8")
    return str(path)


def interpreters(language: str) -> tuple[str, str]:
    """Who runs Alipay's program, and who WeChat Pay's; made while the registries are in reach."""
    if language == "python":
        return str(python("alipay-sdk-python==3.7.1411")), str(python("wechatpayv3==2.0.4"))
    return node_program(), node_program()


@pytest.fixture(scope="module", params=LANGUAGES)
def guide(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guide]:
    language: str = request.param
    runners = interpreters(language)
    packages = (
        [node("alipay-sdk@4.14.0"), node("wechatpay-node-v3@2.2.1")] if language == "node" else []
    )
    with (
        pytest.MonkeyPatch.context() as changed,
        playing(tmp_path_factory.mktemp(language), changed.setenv) as play,
    ):
        changed.setenv("NODE_PATH", ":".join(str(each / "node_modules") for each in packages))
        play.redirect()
        yield Guide(
            play,
            2 if language == "node" else 1,
            [runners[0], program(language, "collect", play.alipay.files)],
            [runners[1], program(language, "show", play.wechatpay.files)],
        )
        play.assert_books_balanced()


def said_by(*command: str) -> str:
    """What a program says that ends well."""
    done = subprocess.run(  # noqa: S603 - a guide's program
        command, capture_output=True, text=True, timeout=WITHIN_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def collected(guide: Guide, fault: str) -> str:
    """What the program says that collects from anna while a call or its answer gets lost."""
    guide.play.faults.add(fault, call="alipay.trade.pay", times=guide.tries)
    digits = guide.play.wallet("anna").payment_code("alipay")
    return said_by(*guide.collect, digits)


def verdicts(guide: Guide, face: str) -> dict[str, Verdict]:
    return {name: line.verdict for name, line in guide.play.checklist(face).items()}


def test_a_payer_whose_payments_answer_got_lost_pays_once(guide: Guide) -> None:
    before = guide.play.wallet("anna").balance.minor_units
    said = collected(guide, "answer.lost")
    assert re.fullmatch(r"no answer \w+\npaid \w+\n", said)
    assert before - guide.play.wallet("anna").balance.minor_units == 350


def test_a_payment_that_nobody_knows_is_asked_about_and_reversed(guide: Guide) -> None:
    before = guide.play.wallet("anna").balance
    said = collected(guide, "call.lost")
    assert re.fullmatch(r"no answer \w+\nreversed \w+\n", said)
    assert guide.play.wallet("anna").balance == before
    stands = verdicts(guide, "alipay")
    assert {stands["doubt.asked"], stands["unpaid.ended"]} == {Verdict.TICKED}
    assert Verdict.VIOLATED not in stands.values()


def test_the_till_believes_the_real_notification_only_and_gives_back_once(guide: Guide) -> None:
    play = guide.play
    play.faults.add("answer.lost", call="POST /v3/pay/transactions/native", times=1)
    play.faults.add("answer.lost", call="POST /v3/refund/domestic/refunds", times=1)
    play.faults.add("notification.wrongly-signed", times=1)
    unknown = play.faults.add("call.failed", call=ASKED)  # so that nothing but being told helps
    before = play.wallet("li-wei").balance.minor_units
    with subprocess.Popen(  # noqa: S603 - a guide's program
        guide.show, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as shop:
        assert shop.stdout is not None
        said: list[str] = []
        while not said or not said[-1].startswith("weixin:"):
            said.append(shop.stdout.readline())
            assert said[-1], "".join(said)
        play.wallet("li-wei").pay(said[-1].strip())
        forged = play.notifications.wait("payment.paid", within_s=WITHIN_S)
        assert (forged.status, forged.is_taken) == (401, False)
        play.clock.advance("15s")
        rest = shop.communicate(timeout=WITHIN_S)[0]
    play.faults.clear(unknown.number)
    assert said[0].startswith("no answer"), said
    assert re.search(r"^paid \w+ by notification$", rest, re.MULTILINE), rest
    assert re.search(r"^given back 100 \w+$", rest, re.MULTILINE), rest
    assert before - play.wallet("li-wei").balance.minor_units == 250
    stands = verdicts(guide, "wechatpay")
    right = {"notice.answered", "notice.verified", "doubt.same-number", "refund.same-number"}
    assert {name for name in right if stands[name] is not Verdict.TICKED} == set()
    assert Verdict.VIOLATED not in stands.values()


@pytest.mark.skipif(shutil.which("php") is None, reason="php is not installed")
def test_the_programs_for_php_are_php(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "use" / "php.md").read_text("utf-8")
    programs = re.findall(r"^```php\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert len(programs) == 4
    for text in programs:
        file = tmp_path / "program.php"
        file.write_text(text, "utf-8")
        said_by("php", "-l", str(file))


def java_programs(folder: Path) -> list[Path]:
    """Keep the programs of the guide for Java where it says."""
    page = (ROOT / "docs" / "use" / "java.md").read_text("utf-8")
    printed = re.findall(
        r"^Keep this as `([\w/-]+\.java)`.*?^```java\n(.*?)^```$", page, re.DOTALL | re.MULTILINE
    )
    for name, text in printed:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name, _ in printed]


@pytest.mark.skipif(JAVAC is None, reason="no JDK is installed")
def test_the_programs_for_java_are_java_but_for_the_sdks_they_need(tmp_path: Path) -> None:
    met = {}
    for file in java_programs(tmp_path):
        command = [str(JAVAC), "-XDrawDiagnostics", "-Xmaxerrs", "1000", "-d", str(tmp_path)]
        done = subprocess.run(  # noqa: S603 - the guide's program
            [*command, str(file)], capture_output=True, text=True, timeout=WITHIN_S, check=False
        )
        met[file.stem] = set(re.findall(r"compiler\.err\.([a-z]+\.[a-z]+)", done.stderr))
    assert met == {"Check": set(), "Collect": MISSING_PACKAGES, "Show": MISSING_PACKAGES}


@pytest.mark.skipif(JAVAC is None, reason="no JDK is installed")
def test_java_calls_both_platforms_by_name_and_believes_what_they_sign(
    qrpay: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check, *_ = java_programs(tmp_path)
    for vendor, files in (("alipay", qrpay.alipay.files), ("wechatpay", qrpay.wechatpay.files)):
        shutil.copytree(files, tmp_path / f"{vendor}-keys", dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    qrpay.redirect()
    said = said_by("java", str(check)).splitlines()
    assert [line.split(" {")[0] for line in said] == [
        "openapi.alipay.com: signature holds",
        "api.mch.weixin.qq.com: signature holds",
    ]


@pytest.mark.skipif(JAVAC is None, reason="no JDK is installed")
def test_java_sends_what_got_lost_once_more_by_itself(qrpay: Play) -> None:
    """`HttpsURLConnection`, on which Alipay's SDK builds; the guide loses two calls therefore."""
    qrpay.redirect()
    qrpay.faults.add("call.lost", call="pay", times=1)
    said_by("java", str(qrpay.antom.files / "Example.java"), str(qrpay.antom.files))
    qrpay.requests.assert_called("pay", times=2)
