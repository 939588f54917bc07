"""The shot panel shows the words of the selected clip's shot; typing changes the brief."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from clappper.ui.bench import Bench
from clappper.ui.brief.shot_panel import ShotPanel
from tests.unit.ui.conftest import Stage
from tests.unit.ui.timeline.conftest import small_ad


@pytest.fixture
def panel(bench: Bench, stage: Stage) -> Iterator[ShotPanel]:
    scene = bench.draft.brief.scenes[1].id
    ad = small_ad()
    shots = ad.tracks[0]
    named = replace(shots, clips=(shots.clips[0], replace(shots.clips[1], scene_id=scene), shots.clips[2]))
    bench.session.edit("Make the ad", lambda _: replace(ad, tracks=(named, *ad.tracks[1:])))
    made = ShotPanel(bench)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def intent(panel: ShotPanel) -> QPlainTextEdit:
    assert panel.fields is not None
    control = panel.fields.editors["intent"].control
    assert isinstance(control, QPlainTextEdit)
    return control


def test_without_a_generated_clip_it_says_what_to_do(panel: ShotPanel, bench: Bench) -> None:
    assert panel.fields is None
    bench.edit.select({"a"})
    assert panel.fields is None


def test_it_shows_the_selected_clips_shot_and_changes_the_brief(
    panel: ShotPanel, bench: Bench, stage: Stage
) -> None:
    bench.edit.select({"b"})
    assert panel.fields is not None
    stage.until(panel.fields.isVisible)
    assert panel.title.text().startswith("2 ")
    assert intent(panel).toPlainText() == bench.draft.brief.scenes[1].intent
    intent(panel).selectAll()
    QTest.keyClicks(intent(panel), "A slow push in on the label")
    assert bench.draft.brief.scenes[1].intent == "A slow push in on the label"


def test_making_it_anew_is_asked_of_the_timeline(panel: ShotPanel, bench: Bench, asked: list[str]) -> None:
    bench.edit.select({"b"})
    panel._again.click()  # noqa: SLF001
    assert asked == ["clip_replace"]
