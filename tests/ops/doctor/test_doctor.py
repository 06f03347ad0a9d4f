"""The doctor finds what usually goes wrong, says why it matters and what to do, and never hangs."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from ledger.cli import main
from ledger.cli.doctor import command, machine, network, place, running
from ledger.cli.doctor.finding import Finding, Level, Surroundings
from ledger.kit.clock import SharedClock
from ledger.kit.entropy import SystemEntropy
from ledger.kit.network.interfaces import Interface
from ledger.kit.terminal import installing
from ledger.ops.lan.authority import certify, keep_authority
from ledger.protocol.instants import DAY, HOUR, Instant, to_text
from tests.ops.doctor.patient import NOW, PARTIES, Patient

HINT, PROBLEM = Level.HINT, Level.PROBLEM


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(tmp_path, os.getpid())


@pytest.fixture
def opened(patient: Patient) -> Patient:
    """A machine that is open to its network."""
    patient.start(*PARTIES, "guest-door", url="http://192.168.1.20:8410")
    lan = patient.folder / "lan"
    authority = keep_authority(lan, SystemEntropy(), now=NOW)
    certify(authority, lan, ("qrpay.local", "192.168.1.20"), SystemEntropy(), now=NOW)
    return patient


def test_a_healthy_machine_has_nothing_to_show_but_that_phones_must_be_tried(
    opened: Patient,
) -> None:
    shown = [each for check in command.CHECKS for each in opened.shows(check)]
    assert [each.check for each in shown] == ["isolation"]
    assert "http://192.168.1.20:8410/trust" in shown[0].todo


def test_a_port_that_another_program_has_is_named(patient: Patient) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        patient.ports = (other.getsockname()[1],)
        (found,) = patient.shows(running.ports)
    assert found.level is PROBLEM
    assert str(patient.ports[0]) in found.what
    assert "--ledger-port 0" in found.todo
    assert patient.levels(running.ports) == []


def test_ports_are_ours_while_the_services_run(patient: Patient) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as ours:
        patient.ports = (ours.getsockname()[1],)
        patient.start(*PARTIES)
        assert patient.levels(running.ports) == []


def test_a_folder_that_is_a_file_is_found(patient: Patient) -> None:
    (patient.folder / "data").write_text("")
    patient.folder /= "data"
    (found,) = patient.shows(place.folder)
    assert "is a file" in found.what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_found(patient: Patient) -> None:
    patient.folder.chmod(0o500)
    assert patient.levels(place.folder) == [PROBLEM]
    patient.folder.chmod(0o700)


def test_a_folder_that_refuses_a_file_is_found(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ledger.cli.doctor.place.tempfile.TemporaryFile", refuse)
    (found,) = patient.shows(place.folder)
    assert "Permission denied" in found.what


def test_a_full_disk_is_found(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    little = SimpleNamespace(free=1024**2)
    monkeypatch.setattr("ledger.cli.doctor.place.shutil.disk_usage", lambda _: little)
    assert patient.levels(place.room) == [PROBLEM]


def test_a_key_that_others_can_read_is_found(patient: Patient) -> None:
    key = patient.folder / "pos" / "till.key"
    key.parent.mkdir()
    key.touch(0o600)
    assert patient.levels(place.secrets) == []
    key.chmod(0o640)
    (found,) = patient.shows(place.secrets)
    assert found.todo == f"chmod 600 {key}"


def test_a_service_that_does_not_answer_is_found(patient: Patient) -> None:
    patient.start(*PARTIES)
    del patient.answers["pos"]
    (found,) = patient.shows(running.services)
    assert found.what.startswith("pos runs and does not answer")


def test_somebody_else_at_its_address_is_no_answer(patient: Patient) -> None:
    patient.start(*PARTIES)
    patient.answers["pos"] = {"service": "wallet"}
    assert patient.levels(running.services) == [PROBLEM]


def test_a_service_that_has_ended_is_found(patient: Patient) -> None:
    patient.start("ledger", "wallet")
    (found,) = patient.shows(running.services)
    assert found.what == "pos has ended, others still run"


def test_services_that_are_all_gone_are_found(patient: Patient) -> None:
    assert patient.levels(running.services) == []
    patient.start(*PARTIES)
    patient.start(*PARTIES, mark="another process of long ago")
    assert patient.levels(running.services) == [PROBLEM]


def test_an_older_service_is_found(patient: Patient) -> None:
    patient.start(*PARTIES)
    patient.answers["ledger"]["version"] = "0.0.9"
    (found,) = patient.shows(running.versions)
    assert found.what == "ledger runs version 0.0.9, installed is 0.1.0"


def test_a_party_whose_clock_is_off_is_found(patient: Patient) -> None:
    patient.start(*PARTIES)
    patient.answers["wallet"]["clock"] = to_text(Instant(NOW - HOUR))
    (found,) = patient.shows(running.clocks)
    assert found.what.startswith("wallet says")


def test_time_that_was_let_pass_is_told_and_is_no_difference(patient: Patient) -> None:
    patient.start(*PARTIES)
    SharedClock(patient.folder / "clock").advance(DAY)
    for party in PARTIES:
        patient.answers[party]["clock"] = to_text(Instant(NOW + DAY))
    assert patient.levels(running.clocks) == [HINT]


def test_a_machine_without_a_network_is_told(patient: Patient) -> None:
    patient.addresses = [Interface("docker0", "172.17.0.1")]
    assert patient.levels(network.address) == [HINT]


def test_an_address_that_the_network_has_changed_is_found(opened: Patient) -> None:
    opened.addresses = [Interface("wlan0", "192.168.1.99")]
    (found,) = opened.shows(network.address)
    assert (found.level, "192.168.1.20" in found.what) == (PROBLEM, True)


@pytest.mark.parametrize(("located", "level"), [("192.168.1.77", PROBLEM), ("", HINT)])
def test_a_name_that_another_machine_has_or_nobody_is_found(
    opened: Patient, located: str, level: Level
) -> None:
    opened.located = located
    assert opened.levels(network.name) == [level]


def test_a_certificate_that_soon_ends_is_found(opened: Patient) -> None:
    old = Instant(NOW - 86 * DAY + HOUR)
    lan = opened.folder / "lan"
    authority = keep_authority(lan, SystemEntropy(), now=NOW)
    certify(authority, lan, ("qrpay.local",), SystemEntropy(), now=old)
    (found,) = opened.shows(network.certificate)
    assert found.what == "the certificate of the service holds for 4 more days"


def test_what_is_not_installed_is_a_hint_with_the_command(patient: Patient) -> None:
    patient.installed = set()
    found = patient.shows(machine.extras)
    assert {each.level for each in found} == {HINT}
    assert installing("lan") in {each.todo for each in found}


@pytest.mark.parametrize("fonts", [None, ""])
def test_missing_chinese_letters_are_a_hint(patient: Patient, fonts: str | None) -> None:
    patient.fonts = fonts
    assert patient.levels(machine.fonts) == [HINT]


def test_an_old_python_is_found(patient: Patient) -> None:
    patient.python = (3, 10)
    assert patient.levels(machine.python) == [PROBLEM]


def test_a_check_that_hangs_is_left_behind_and_told(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "WITHIN_S", 0.05)
    rest = threading.Event()

    def hang(_: Surroundings) -> Iterator[Finding]:
        rest.wait(30)
        yield from ()

    found = command.examined(patient.surroundings(), [hang, machine.browser])
    rest.set()
    assert [(each.check, each.level) for each in found] == [
        ("hang", PROBLEM),
        ("browser", Level.OK),
    ]


def test_a_check_that_fails_keeps_no_other_from_being_done(patient: Patient) -> None:
    def fail(_: Surroundings) -> Iterator[Finding]:
        yield Finding("fail", Level.OK, "so far")
        raise RuntimeError("odd")

    found = command.examined(patient.surroundings(), [fail, machine.browser])
    assert [each.level for each in found] == [Level.OK, PROBLEM, Level.OK]
    assert "odd" in found[1].what


def test_the_command_tells_programs_and_people_and_ends_with_one_when_it_is_ill(
    tmp_path: Path,
) -> None:
    well = CliRunner().invoke(main, ["doctor", "--json", "--data", str(tmp_path / "new")])
    told = json.loads(well.stdout)
    ports_taken = any(each["check"] == "ports" for each in told["findings"] if each["todo"])
    assert told["well"] is not ports_taken
    key = tmp_path / "pos" / "till.key"
    key.parent.mkdir()
    key.touch(0o600)
    key.chmod(0o644)
    ill = CliRunner().invoke(main, ["doctor", "--data", str(tmp_path)])
    assert ill.exit_code == 1
    assert f"-> chmod 600 {key}" in ill.stdout
