"""The doctor shows what is ready and what would help."""

import pytest
from PySide6.QtWidgets import QLabel

from clappper.app import Studio
from clappper.flow.doctor import Checkup
from clappper.flow.providers import ProviderLine
from clappper.providers.contract import Health
from clappper.ui.doctor.sheet import DoctorSheet
from clappper.ui.tokens import DARK
from tests.unit.ui.conftest import Stage


def test_what_is_missing_comes_first_with_its_remedy(
    stage: Stage, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = (
        Checkup("Python", ready=True, detail="3.11", gives="everything"),
        Checkup("CUDA", ready=False, detail="no driver", gives="speed", how_to_get="install a card"),
    )

    async def providers() -> tuple[ProviderLine, ...]:
        return (ProviderLine("motion", Health(ready=True, detail="works here"), ()),)

    monkeypatch.setattr(studio, "doctor", lambda: found)
    monkeypatch.setattr(studio, "providers", providers)
    sheet = DoctorSheet(studio, DARK)
    sheet.show()
    stage.until(lambda: len(sheet.findChildren(QLabel)) > 6)
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    assert "1 of 2 abilities are ready" in texts
    assert "Would give speed: install a card." in texts
    assert texts.index("CUDA") < texts.index("Python")
    assert "works here" in texts
