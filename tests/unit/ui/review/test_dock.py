"""Judging clips by keys alone; nothing, one, many and broken clips; and what a pair of takes is for."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from unittest import mock

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from clappper.flow.review_desk import ReviewClip, sent_back
from clappper.flow.session import Session
from clappper.review.inbox import to_look_at
from clappper.review.predictor import Prediction
from clappper.review.records import StoredMetric
from clappper.ui.bench import Bench
from clappper.ui.errors import toasts_of
from clappper.ui.main_window import MainWindow
from clappper.ui.review.dock import WORTH, ReviewDock
from tests.unit.review.clips import land
from tests.unit.ui.conftest import Stage

Maker = Callable[[int], ReviewDock]


@pytest.fixture
def make(stage: Stage, bench: Bench) -> Iterator[Maker]:
    made: list[ReviewDock] = []

    def build(count: int) -> ReviewDock:
        land(bench.session.project, count)
        dock = ReviewDock(bench)
        dock.resize(1200, 700)
        dock.show()
        made.append(dock)
        stage.rest()
        return dock

    yield build
    for dock in made:
        dock.loop.stop()
        dock.close()
        dock.deleteLater()
    stage.rest()


def test_without_clips_it_says_where_they_come_from(make: Maker) -> None:
    dock = make(0)
    assert dock.clip is None
    dock.commit()
    dock.go(1)
    for name in ("review_flip", "review_wipe", "review_undo", "review_pairs", "review_mark", "review_step"):
        dock.verbs()[name]()
    assert dock.desk.records.ratings() == ()


def test_one_clip_loops_and_is_judged(make: Maker, stage: Stage) -> None:
    dock = make(1)
    stage.until(lambda: dock.stage.has_picture and dock.loop.frame > 0)
    dock.verbs()["rate_5"]()
    dock.verbs()["tag_flicker"]()
    dock.verbs()["review_commit"]()
    (rating,) = dock.desk.records.ratings()
    assert (rating.overall, rating.passed, rating.tags) == (5, True, ("flicker",))
    assert "judged" in dock.progress.text()


def test_many_clips_are_judged_without_the_mouse(make: Maker, stage: Stage) -> None:
    dock = make(4)
    seen = []
    for score in ("rate_2", "rate_4", "rate_3", "rate_5"):
        assert dock.clip is not None
        seen.append(dock.clip.asset_id)
        dock.verbs()[score]()
        dock.verbs()["review_commit"]()
    stage.rest()
    assert sorted(one.overall or 0 for one in dock.desk.records.ratings()) == [2, 3, 4, 5]
    assert len(set(seen)) == 4
    assert any("All clips are judged" in text for text in toasts_of(dock).texts)


def test_undo_brings_the_clip_back_with_what_was_said(make: Maker) -> None:
    dock = make(3)
    for score in ("rate_2", "rate_4"):
        dock.verbs()[score]()
        dock.verbs()["review_commit"]()
    dock.verbs()["review_undo"]()
    assert dock.place == 1
    assert dock.draft.overall == 4
    dock.verbs()["review_undo"]()
    assert dock.place == 0
    assert dock.draft.overall == 2
    assert dock.desk.records.ratings() == ()


def test_space_passes_then_fails(make: Maker) -> None:
    dock = make(1)
    verdict = dock.verbs()["review_verdict"]
    said = []
    for press in (verdict, verdict, dock.verbs()["review_unsure"]):
        press()
        said.append(dock.draft.verdict)
    assert said == [True, False, None]
    assert dock.draft.unsure


def test_a_clip_whose_file_is_gone_says_so(make: Maker, bench: Bench, stage: Stage) -> None:
    (name,) = land(bench.session.project, 1, provider="beta")
    path = bench.session.project.path / bench.session.project.assets.get(name).path
    path.unlink()
    dock = make(0)
    stage.until(lambda: "cannot be shown" in dock.stage.words)
    dock.verbs()["rate_1"]()
    dock.verbs()["review_commit"]()
    assert len(dock.desk.records.ratings()) == 1


def test_blind_hides_who_made_it(make: Maker) -> None:
    dock = make(2)
    assert "alpha" not in dock.verdict.facts.text()
    dock.verbs()["review_blind"]()
    assert "alpha" in dock.verdict.facts.text()
    dock.verbs()["rate_4"]()
    dock.verbs()["review_commit"]()
    assert dock.desk.records.ratings()[0].mode == "open"


def test_pairs_are_chosen_between_and_taken_back(make: Maker) -> None:
    dock = make(3)
    dock.verbs()["review_pairs"]()
    left, right = dock.clip, dock.other
    assert left is not None
    assert right is not None
    dock.verbs()["rate_2"]()
    (choice,) = dock.desk.records.comparisons()
    assert (choice.better, choice.worse) == (right.asset_id, left.asset_id)
    dock.verbs()["review_undo"]()
    assert dock.desk.records.comparisons() == ()


def test_takes_flip_and_wipe_at_the_same_frame(make: Maker, stage: Stage) -> None:
    dock = make(2)
    stage.until(lambda: dock.stage.has_picture)
    dock.verbs()["review_pause"]()
    frame = dock.loop.frame
    edges = []
    for name in ("review_wipe", "review_flip", "review_flip"):
        dock.verbs()[name]()
        edges.append(dock.stage.wipe)
    assert edges == [0.5, 0.0, None]
    dock.verbs()["review_wipe"]()
    stage.until(lambda: dock.loop.pictures()[1] is not None)
    assert dock.loop.frame == frame


def test_tags_are_sent_back_to_the_brief(make: Maker, asked: list[str], session: Session) -> None:
    dock = make(1)
    dock.verbs()["tag_artifacts"]()
    dock.verbs()["review_send_back"]()
    assert sent_back(session) == (("s0", "artifacts"),)
    assert asked == ["workspace_brief", "preflight"]


def test_notes_own_their_keys(make: Maker) -> None:
    dock = make(1)
    dock.activateWindow()
    dock.verdict.note.setFocus()
    QTest.keyClicks(dock.verdict.note, "shaky at 1 s")
    assert dock.draft.notes == "shaky at 1 s"
    assert dock.draft.overall is None
    QTest.keyClick(dock.verdict.note, Qt.Key.Key_Escape)


def test_keys_reach_the_clip_in_the_window(window: MainWindow, stage: Stage) -> None:
    from clappper.brief.templates import template

    stage.live(window.start(template("big-reveal")))
    assert window.session is not None
    land(window.session.project, 2)
    window.show_workspace("review")
    stage.rest()
    assert window.page is not None
    dock = window.page.centre
    assert isinstance(dock, ReviewDock)
    for key in (Qt.Key.Key_4, Qt.Key.Key_9, Qt.Key.Key_Return):
        QTest.keyClick(dock.stage, key)
    stage.rest()
    (rating,) = dock.desk.records.ratings()
    assert (rating.overall, rating.tags) == (4, ("flicker",))
    QTest.keyClick(dock.stage, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    stage.rest()
    assert dock.desk.records.ratings() == ()


def test_what_passes_by_is_measured_and_shown(make: Maker, bench: Bench, stage: Stage) -> None:
    from clappper.review.ratings import MetricsReady
    from clappper.review.records import StoredMetric

    dock = make(1)
    assert dock.clip is not None
    name = dock.clip.asset_id
    dock.desk.records.keep_metrics(
        [
            StoredMetric(name, "speed", "1", 3.0, "", "2026"),
            StoredMetric(name, "lpips", "1", None, "cannot compute: no backbone", "2026"),
        ]
    )
    dock.verbs()["review_blind"]()
    bench.session.hub.publish(MetricsReady(name))
    stage.rest()
    texts = [
        one.text() for one in dock.verdict.metrics.findChildren(type(dock.progress)) if one.isVisibleTo(dock)
    ]
    assert any("Speed" in text for text in texts)
    assert any("Not computed: LPIPS" in text for text in texts)


def test_faces_are_held_against_the_brief(make: Maker) -> None:
    dock = make(1)
    found = (StoredMetric("a", "faces", "2", 2.0, "", "now"),)
    for allowed, words in ((False, "Faces, though the brief allows none"), (True, "Faces")):
        dock.verdict.show_metrics(found, (), blind=False, faces_allowed=allowed)
        grid = dock.verdict.metrics.layout()
        assert grid is not None
        first = grid.itemAt(0)
        assert first is not None
        name = first.widget()
        assert isinstance(name, QLabel)
        assert name.text() == words


def test_assist_shows_what_is_expected_and_is_noted(make: Maker, stage: Stage) -> None:
    dock = make(2)
    assert "predictor" not in dock.verdict.facts.text()
    dock.verbs()["review_assist"]()
    stage.until(lambda: any(words in dock.verdict.facts.text() for words in ("Expected", "abstains")))
    dock.verbs()["rate_4"]()
    dock.verbs()["review_commit"]()
    assert dock.desk.records.ratings()[0].mode == "assist"
    dock.verbs()["review_assist"]()
    assert dock.desk.mode == "blind"
    assert "Expected" not in dock.verdict.facts.text()


def test_clips_worth_looking_at_are_those_the_predictor_is_unsure_of(make: Maker, stage: Stage) -> None:
    dock = make(6)
    sure = Prediction(0.97, 0.9, 0.99, 4.5, 1.0, (), "test")
    names = {one.asset_id: one for one in dock.desk.clips().values()}
    told = {name: replace(sure, chance=0.5 if name.endswith("-2") else 0.97) for name in names}

    def of(clip: ReviewClip) -> Prediction:
        return told[clip.asset_id]

    with mock.patch.object(dock.chances, "of", of):
        dock.filter.setCurrentIndex(dock.filter.findData(WORTH))
        shown = {one.asset_id for one in dock.clips}
        assert shown == to_look_at({name: one.chance for name, one in told.items()})
        assert "asset-alpha-2" in shown
        assert len(shown) < 6
        stage.rest()
