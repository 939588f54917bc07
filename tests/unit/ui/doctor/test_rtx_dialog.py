"""The licence stands before the renderer: no yes, no install; closing the dialog cancels it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from clappper.app import Studio
from clappper.base.errors import ClappperError
from clappper.flow.doctor import Checkup
from clappper.flow.providers import ProviderLine
from clappper.flow.usd.rtx_renderer import LICENCE
from clappper.ui.doctor.rtx_dialog import RtxDialog
from clappper.ui.doctor.sheet import DoctorSheet
from clappper.ui.tokens import DARK
from tests.unit.ui.conftest import Stage


@pytest.fixture
def dialog(stage: Stage, studio: Studio) -> Iterator[RtxDialog]:
    window = QWidget()
    made = RtxDialog(studio, DARK, window)
    made.show()
    stage.rest()
    yield made
    window.deleteLater()
    stage.rest()


def test_only_a_yes_lets_it_be_installed(
    dialog: RtxDialog, stage: Stage, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed: list[str] = []

    def install(name: str, report: Callable[[str], None], _: object) -> Path:
        agreed.append(name)
        report("Trying it")
        return Path("python")

    monkeypatch.setattr(studio, "install_rtx", install)
    assert not dialog.install.isEnabled()
    dialog.agree.setChecked(True)
    dialog.install.click()
    stage.until(lambda: dialog.result() == RtxDialog.DialogCode.Accepted)
    assert agreed == [LICENCE.name]


def test_closing_it_cancels_and_what_fails_is_said(
    dialog: RtxDialog, stage: Stage, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[bool] = []

    def install(_: str, report: Callable[[str], None], is_stopped: Callable[[], bool]) -> Path:
        report("Fetching")
        while not is_stopped():
            pass
        stopped.append(True)
        raise ClappperError("It was cancelled.")

    monkeypatch.setattr(studio, "install_rtx", install)
    dialog.agree.setChecked(True)
    dialog.install.click()
    stage.until(lambda: dialog.note.text() == "Fetching")
    dialog.reject()
    stage.until(lambda: dialog.note.text() == "It was cancelled.")
    assert stopped == [True]
    assert dialog.install.isEnabled()


@pytest.mark.parametrize(("detail", "offered"), [("RTX renderer not installed", True), ("No GPU", False)])
def test_the_doctor_offers_it_where_it_is_not_installed(
    stage: Stage, studio: Studio, monkeypatch: pytest.MonkeyPatch, detail: str, offered: bool
) -> None:
    async def providers() -> tuple[ProviderLine, ...]:
        return ()

    found = (Checkup("RTX renderer", ready=False, detail=detail, gives="pictures", how_to_get="a card"),)
    monkeypatch.setattr(studio, "doctor", lambda: found)
    monkeypatch.setattr(studio, "providers", providers)
    sheet = DoctorSheet(studio, DARK)
    sheet.show()
    stage.until(lambda: any("abilities" in label.text() for label in sheet.findChildren(QLabel)))
    texts = [button.text() for button in sheet.findChildren(QPushButton)]
    assert ("Install RTX renderer…" in texts) is offered
