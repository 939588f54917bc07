"""Storyboard and table show one model: what is done in one is seen in the other, and is a step."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest

from clappper.jobs.model import JobChanged, JobState
from clappper.ui.bench import Bench
from clappper.ui.brief.scene_model import STATE, SceneError
from clappper.ui.brief.scenes_panel import ScenesPanel
from tests.unit.ui.conftest import Stage, held_job


@pytest.fixture
def panel(bench: Bench) -> ScenesPanel:
    made = ScenesPanel(bench)
    made.resize(900, 700)
    made.show()
    return made


def test_both_views_have_one_choice(panel: ScenesPanel, bench: Bench) -> None:
    panel.storyboard.setCurrentIndex(panel.model.index(2, 0))
    assert panel.table.currentIndex().row() == bench.draft.scene == 2
    assert panel.fields.editors["intent"].control.property("plainText") == bench.draft.brief.scenes[2].intent


def test_an_edit_in_the_table_is_a_step_and_shows_on_the_card(panel: ScenesPanel, bench: Bench) -> None:
    index = panel.model.index(0, 5)
    panel.model.setData(index, "A quiet look at the rim", Qt.ItemDataRole.EditRole)
    assert bench.session.brief.scenes[0].intent == "A quiet look at the rim"
    assert bench.session.undo_name == "Change scene 1"


def test_a_cell_that_does_not_fit_is_refused(panel: ScenesPanel, bench: Bench) -> None:
    with pytest.raises(SceneError, match="end_s"):
        panel.model.setData(panel.model.index(0, 4), "soon", Qt.ItemDataRole.EditRole)
    assert bench.draft.brief == bench.session.brief


def test_a_dragged_card_moves_its_scene(panel: ScenesPanel, bench: Bench, stage: Stage) -> None:
    first = bench.draft.brief.scenes[0].id
    dragged = panel.model.mimeData([panel.model.index(0, 0)])
    panel.model.dropMimeData(dragged, Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    stage.rest()
    assert bench.session.brief.scenes[1].id == first


def test_verbs_add_duplicate_move_and_remove(panel: ScenesPanel, bench: Bench, stage: Stage) -> None:
    verbs, count = panel.verbs(), len(bench.draft.brief.scenes)
    for name, expected in (
        ("duplicate_scene", count + 1),
        ("scene_later", count + 1),
        ("remove_scene", count),
    ):
        verbs[name]()
        stage.rest()
        assert len(bench.session.brief.scenes) == expected
        assert panel.model.rowCount() == expected


def test_a_sentence_writes_the_brief_anew(panel: ScenesPanel, bench: Bench, stage: Stage) -> None:
    panel.verbs()["describe_ad"]()
    QTest.keyClicks(panel.wish, "a 12 second youtube ad for a steel bottle")
    QTest.keyClick(panel.wish, Qt.Key.Key_Return)
    stage.rest()
    assert bench.session.brief.project.duration_s == 12
    assert bench.draft.brief == bench.session.brief


def test_cards_show_how_far_their_shots_are(panel: ScenesPanel, bench: Bench, stage: Stage) -> None:
    scene = bench.draft.brief.scenes[0].id
    job = held_job(bench.session, f"{scene}.2")
    bench.session.hub.publish(JobChanged(job.id, JobState.RUNNING, 0.5, "painting", 12))
    stage.rest()
    state = panel.model.index(0, 0).data(STATE)
    assert (state.stage, state.eta_seconds) == ("painting", 12)
