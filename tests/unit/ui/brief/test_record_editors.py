"""Titles and beats of a scene are added, written and taken away line by line."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QPushButton, QToolButton, QWidget

from clappper.ui.bench import Bench
from clappper.ui.brief.scenes_panel import ScenesPanel
from tests.unit.ui.conftest import Stage


@pytest.fixture
def panel(bench: Bench) -> ScenesPanel:
    made = ScenesPanel(bench)
    made.resize(900, 900)
    made.show()
    return made


def named(root: QWidget, kind: type[QWidget], name: str) -> QWidget:
    return next(one for one in root.findChildren(kind) if one.accessibleName() == name and not one.isHidden())


def test_a_title_is_added_written_and_taken_away(panel: ScenesPanel, bench: Bench, stage: Stage) -> None:
    editor = panel.fields.editors["overlays.text_blocks"]
    before = len(bench.session.brief.scenes[0].overlays.text_blocks)
    editor.findChildren(QPushButton)[-1].click()
    stage.rest()
    assert len(bench.session.brief.scenes[0].overlays.text_blocks) == before + 1
    line = named(editor, QLineEdit, f"Titles {before + 1}: text")
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, "Only today")
    line.editingFinished.emit()
    block = bench.session.brief.scenes[0].overlays.text_blocks[-1]
    assert (block.text, block.position) == ("Only today", "safe-lower-third")
    away = named(editor, QToolButton, f"Titles {before + 1}: take it away")
    assert isinstance(away, QToolButton)
    away.click()
    assert len(bench.session.brief.scenes[0].overlays.text_blocks) == before


def test_a_beat_that_ends_before_it_starts_is_refused_in_a_sentence(
    panel: ScenesPanel, bench: Bench, stage: Stage
) -> None:
    editor = panel.fields.editors["beats"]
    bench.draft.write("scenes[0].beats", [{"start": 0, "end": 1, "action": "light"}])
    bench.draft.commit("One beat")
    stage.rest()
    end = named(editor, QDoubleSpinBox, "Beats 1: end")
    assert isinstance(end, QDoubleSpinBox)
    end.setValue(0.5)
    end.editingFinished.emit()
    assert bench.session.brief.scenes[0].beats[0].end == 0.5
    end.setValue(0.0)
    assert editor.wrong.text()
    assert bench.session.brief.scenes[0].beats[0].end == 0.5
