"""The panels look as they were approved, at 100 % and 200 %.

``APPROVE=1`` takes the pictures of this run for the approved ones: look at them before they are kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from clappper.ui.bench import Bench
from clappper.ui.brief.form import BriefForm
from clappper.ui.brief.scenes_panel import ScenesPanel
from clappper.ui.jobs.panel import JobsPanel
from clappper.ui.settings.sheet import SettingsSheet
from clappper.ui.slices import Slices
from clappper.ui.title_strip import TitleStrip
from clappper.ui.tokens import DARK
from clappper.ui.welcome.welcome import Welcome
from clappper.ui.workspaces import WORKSPACES
from tests.pictures import approved_at, away, drawn, hand
from tests.unit.ui.conftest import Stage

APPROVED = Path(__file__).parents[2] / "golden" / "panels"
HAND = APPROVED / "hand.txt"
Make = Callable[[Bench], QWidget]


def welcome(bench: Bench) -> QWidget:
    async def nowhere(_: object) -> None:
        raise NotImplementedError

    return Welcome(bench.studio, DARK, bench.do, nowhere, nowhere)


def strip(bench: Bench) -> QWidget:
    made = TitleStrip(DARK, WORKSPACES, bench.do)
    made.show_session(bench.session)
    made.show_workspace("brief")
    return made


PANELS: dict[str, tuple[tuple[int, int], Make]] = {
    "welcome": ((1200, 700), welcome),
    "strip": ((1366, 42), strip),
    "form": ((310, 900), BriefForm),
    "scenes": ((1220, 620), ScenesPanel),
    "jobs": ((900, 180), JobsPanel),
    "settings": ((680, 640), lambda bench: SettingsSheet(bench.studio, DARK)),
}


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_looks_as_approved(
    bench: Bench, stage: Stage, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clappper.ui.welcome.welcome.LOOK_AFTER_MS", 10**9)
    letters = hand((DARK.sans, DARK.mono))
    if os.environ.get("APPROVE"):
        HAND.write_text(f"{letters}\n")
    elif letters != HAND.read_text().strip():
        pytest.skip("This Qt draws letters in another way than where the pictures were approved.")
    size, make = PANELS[name]
    panel = make(bench)
    panel.resize(*size)
    panel.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)  # neither pointer nor focus gets at it
    panel.show()
    for slices in panel.findChildren(Slices):
        slices.finish()
    stage.rest()
    for ratio in (1, 2):
        found = drawn(panel, QSize(*size), ratio)
        approved = approved_at(APPROVED, name, ratio)
        if os.environ.get("APPROVE"):
            found.save(approved, optimize=True)
        found.save(tmp_path / approved.name)
        places = away(found, Image.open(approved).convert("RGB"), ratio)
        assert not places, f"see {tmp_path / approved.name}"
    panel.deleteLater()


@pytest.mark.parametrize("ratio", [1, 2])
def test_a_line_that_moved_would_be_noticed(ratio: int) -> None:
    picture = Image.open(approved_at(APPROVED, "form", ratio)).convert("RGB")
    line = (0, 84 * ratio, picture.width, 112 * ratio)
    moved = picture.copy()
    moved.paste(ImageChops.offset(picture.crop(line), 6 * ratio, 0), line[:2])
    assert away(moved, picture, ratio)
    assert not away(picture, picture, ratio)
