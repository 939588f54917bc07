"""Storyboard and table show one model: what is done in one is seen in the other, and is a step."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from clappper.base.units import Money
from clappper.brief.plan import plan
from clappper.brief.schema import to_dict
from clappper.flow.generating.ad_orders import AdRecord, Awaited
from clappper.flow.keyframes.filling import ShotFilling
from clappper.jobs.model import Job, JobChanged, JobState
from clappper.ui.bench import Bench
from clappper.ui.brief.choice_card import ChoiceCard
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


def test_an_addin_is_one_step(panel: ScenesPanel, bench: Bench, stage: Stage) -> None:
    panel.verbs()["add_to_scene"]()
    menu = next(one for one in panel.findChildren(QMenu) if one.isVisible())
    camera = menu.actions()[0].menu()
    assert isinstance(camera, QMenu)
    next(one for one in camera.actions() if one.text() == "Circle it").trigger()
    menu.close()
    stage.rest()
    shown = bench.session.brief.scenes[bench.draft.scene].camera
    assert shown is not None
    assert shown.move == "orbit"
    assert bench.session.undo_name == "Add Circle it"


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


def failed_shot(bench: Bench, scene_id: str) -> Job:
    """Let a scene's only shot be asked for and refused; its provider has not been asked again."""
    session = bench.session
    job = held_job(session, scene_id)
    record = AdRecord(
        "generation_1",
        session.brief_id,
        to_dict(session.brief),
        plan(session.brief),
        badge="",
        offset=0,
        seed=1,
        waiting={scene_id: Awaited(job.id, job.request_hash)},
        reasons={scene_id: "It goes to music."},
        spares={scene_id: "motion"},
    )
    bench.maker.book.keep(record)
    now = session.queue.clock.now()
    failed = session.queue.records.move(job, JobState.FAILED, now, error="The words are refused.")
    session.hub.publish(JobChanged(failed.id, failed.state))
    return failed


def texts(card: ChoiceCard) -> dict[str, QPushButton]:
    return {button.text(): button for button in card.findChildren(QPushButton)}


def test_a_failed_card_says_why_and_each_choice_does_what_it_says(
    panel: ScenesPanel, bench: Bench, stage: Stage
) -> None:
    scene = bench.draft.brief.scenes[1].id
    job = failed_shot(bench, scene)
    stage.rest()
    (card,) = panel.storyboard.findChildren(ChoiceCard)
    reasons = [one.accessibleName() for one in card.findChildren(QLabel)]
    assert "music failed: The words are refused." in reasons
    buttons = texts(card)
    assert list(buttons) == ["Make it here for free", "Retry", "Edit prompt"]

    pointed: list[str] = []
    bench.draft.pointed.connect(pointed.append)
    buttons["Edit prompt"].click()
    assert pointed == ["scenes[1].intent"]
    assert bench.draft.scene == 1
    assert {"retry_scene", "make_scene_here"} <= panel.verbs().keys()

    buttons["Retry"].click()
    stage.rest()
    (again,) = [one for one in bench.session.queue.list() if one.id != job.id]
    assert again.request_hash == job.request_hash
    assert not panel.storyboard.findChildren(ChoiceCard)
    assert "retry_scene" not in panel.verbs()


def test_a_failed_scene_is_made_here_for_free(panel: ScenesPanel, bench: Bench, stage: Stage) -> None:
    scene = bench.draft.brief.scenes[1].id
    failed_shot(bench, scene)
    bench.session.queue.gates.pause("motion")
    stage.rest()
    (card,) = panel.storyboard.findChildren(ChoiceCard)
    texts(card)["Make it here for free"].click()
    stage.until(lambda: not panel.storyboard.findChildren(ChoiceCard))
    (job,) = bench.session.queue.list(states=[JobState.QUEUED])
    assert (job.request.provider, job.scene_id, job.estimate_high) == ("motion", scene, Money())


def test_a_shot_from_keyframes_tells_which_part_is_made(
    panel: ScenesPanel, bench: Bench, stage: Stage
) -> None:
    scene = bench.draft.brief.scenes[0].id
    held_job(bench.session, scene)
    news = ShotFilling(scene, JobState.RUNNING, "Keyframe 2 of 5", 0.1)
    bench.maker.filler.shots[scene] = news
    bench.session.hub.publish(news)
    stage.rest()
    state = panel.model.index(0, 0).data(STATE)
    assert (state.state, state.stage, state.fraction) == ("running", "Keyframe 2 of 5", 0.1)
