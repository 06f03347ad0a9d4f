"""``qrpay up`` runs qrpay, whatever lies in the directory somebody happens to stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.cli import services
from ledger.kit.home import Home
from ledger.kit.network.ports import free_port


# A service is known by its process id; Python's own handle of it is let go while it runs.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", ["ledger", "json"])
def test_a_folder_that_is_called_like_a_module_of_ours_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    foreign = tmp_path / "somebodys project" / name
    foreign.mkdir(parents=True)
    for file in ("__init__.py", "__main__.py"):
        (foreign / file).write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(foreign.parent)
    home, port = Home(tmp_path / "data"), free_port()
    settings = {"QRPAY_HOME": str(home.folder), "QRPAY_LEDGER_PORT": str(port)}
    launched = services._launch(home, "ledger", f"http://127.0.0.1:{port}", settings)
    services.stop([services._up(launched)])
