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

from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.brief.fields import FieldRow, Section
from clappper.ui.brief.form import FieldForm
from clappper.ui.brief.scene_model import SceneModel
from clappper.ui.brief.storyboard import Storyboard
from clappper.ui.jobs.panel import JobsPanel
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

    made = Welcome(bench.studio, DARK, bench.do, nowhere, nowhere)
    controls.clear(made._recents)  # noqa: SLF001 - projects have pictures of their own
    return made


def form(bench: Bench) -> QWidget:
    """Lay out one field of each kind."""
    rows = (
        FieldRow("project.name", "Name", "line"),
        FieldRow("product.key_benefit", "Key benefit", "text"),
        FieldRow("project.aspect", "Aspect", "choice", choices=("9:16", "1:1"), half=True),
        FieldRow("project.duration_s", "Length", "whole", low=8, high=60, unit=" s", half=True),
        FieldRow("product.brand_colors", "Brand colours", "colours"),
        FieldRow("product.logo", "Logo", "file", optional=True),
        FieldRow("product.no_logo", "This brand has no logo", "flag"),
        FieldRow("compute.budget_usd_max", "Budget", "number", low=1, high=50, unit="$", half=True),
        FieldRow("compute.keyframe_units", "Share", "slider", low=10, high=200, unit=" units"),
        FieldRow("safety.banned_terms", "Banned words", "list", "Words that must not appear"),
    )
    return FieldForm(bench.draft, DARK, (Section("One of each", rows),))


def storyboard(bench: Bench) -> QWidget:
    made = Storyboard(SceneModel(bench.draft), DARK)
    made.setCurrentIndex(made.model().index(0, 0))
    return made


def strip(bench: Bench) -> QWidget:
    made = TitleStrip(DARK, WORKSPACES, bench.do)
    made.show_session(bench.session)
    made.show_workspace("brief")
    return made


PANELS: dict[str, tuple[tuple[int, int], Make]] = {
    "welcome": ((1200, 700), welcome),
    "strip": ((1366, 42), strip),
    "form": ((310, 620), form),
    "storyboard": ((1220, 420), storyboard),
    "jobs": ((900, 180), JobsPanel),
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
