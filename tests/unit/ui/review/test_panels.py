"""What the panels show of the rating being given and of what is known; keys in the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from clappper.review.ratings import MetricsReady
from clappper.review.records import StoredMetric
from clappper.ui.bench import Bench
from clappper.ui.main_window import MainWindow
from clappper.ui.review.measuring_bar import MeasuringBar
from clappper.ui.review.queue import QueuePanel
from clappper.ui.review.rating import RatingPanel
from clappper.ui.shortcuts import KeyMap, ShortcutFile
from tests.unit.review.clips import land
from tests.unit.ui.conftest import Stage
from tests.unit.ui.review_workspace import Maker


def texts(panel: QWidget) -> list[str]:
    return [one.text() for one in panel.findChildren(QLabel) if one.isVisibleTo(panel)]


def test_blind_hides_who_made_it(make: Maker) -> None:
    found = make(2)
    assert found.queue.makers.isHidden()
    assert "alpha" not in " ".join(texts(found.measured) + texts(found.rating) + texts(found.player))
    found.do("review_blind")
    assert "alpha" in found.measured.facts.text()
    assert not found.queue.makers.isHidden()
    found.do("rate_4", "review_commit")
    assert found.state.desk.records.ratings()[0].mode == "open"


def test_assist_shows_what_is_expected_and_is_noted(
    make: Maker, stage: Stage, no_guesses: pytest.MonkeyPatch
) -> None:
    found = make(2)
    found.do("review_assist")
    assert "Working out" in found.measured.guess.text()
    no_guesses.undo()
    stage.live(found.state.foretell())
    assert any(words in found.measured.guess.text() for words in ("Expected", "abstains"))
    found.do("rate_4", "review_commit")
    assert found.state.desk.records.ratings()[0].mode == "assist"
    found.do("review_assist")
    assert found.state.desk.mode == "blind"
    assert found.measured.guess.text() == ""


def test_what_was_measured_is_shown_with_its_place(make: Maker, bench: Bench, stage: Stage) -> None:
    found = make(1)
    assert found.state.clip is not None
    name = found.state.clip.asset_id
    found.do("review_blind")
    assert "measured soon" in found.measured.missing.text()
    found.state.desk.records.keep_metrics(
        [
            StoredMetric(name, "speed", "1", 3.0, "", "2026"),
            StoredMetric(name, "lpips", "1", None, "cannot compute: no backbone", "2026"),
        ]
    )
    bench.session.hub.publish(MetricsReady(name))
    stage.rest()
    said = texts(found.measured)
    assert any("Speed" in text for text in said)
    assert any(text.endswith(" %") for text in said)
    assert found.measured.missing.text() == "LPIPS of neighbours: cannot compute: no backbone"


def test_measuring_shows_how_far_it_is_and_is_paused(make: Maker, bench: Bench, stage: Stage) -> None:
    found = make(1)
    (bar,) = found.measured.findChildren(MeasuringBar)
    progress = bench.session.measuring
    seen = [bar.isVisibleTo(found.measured)]
    progress.tell(1, 3, "asset-alpha-0")
    stage.rest()
    seen.append(bar.isVisibleTo(found.measured))
    assert (bar.words.text(), bar.bar.value()) == ("1 of 3 measured", 1)
    QTest.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    stage.rest()
    assert bar.words.text() == "1 of 3 measured, pausing after this one"
    QTest.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    assert not progress.paused
    progress.tell(3, 3)
    stage.rest()
    assert [*seen, bar.isVisibleTo(found.measured)] == [False, True, False]


def test_faces_are_held_against_the_brief(make: Maker, bench: Bench, stage: Stage) -> None:
    found = make(1)
    found.do("review_blind")
    found.measured.show_metrics((StoredMetric("a", "faces", "2", 2.0, "", "now"),))
    stage.rest()
    allowed = bench.session.brief.safety.allow_faces
    assert ("Faces" if allowed else "Faces, though the brief allows none") in texts(found.measured)


def test_notes_own_their_keys(make: Maker) -> None:
    found = make(1)
    found.rating.activateWindow()
    found.rating.note.setFocus()
    QTest.keyClicks(found.rating.note, "shaky at 1 s")
    assert found.state.draft.notes == "shaky at 1 s"
    assert found.state.draft.overall is None


def test_chips_show_the_draft_and_change_it(make: Maker) -> None:
    found = make(1)
    QTest.mouseClick(found.rating.scores[2], Qt.MouseButton.LeftButton)
    assert found.state.draft.overall == 2
    assert found.rating.verdicts[False].isChecked()
    QTest.mouseClick(found.rating.tags["flicker"], Qt.MouseButton.LeftButton)
    assert found.state.draft.tags == ("flicker",)
    QTest.mouseClick(found.rating.scores[2], Qt.MouseButton.LeftButton)
    assert not found.rating.scores[2].isChecked()


def test_between_a_pair_one_only_chooses(make: Maker) -> None:
    found = make(2)
    found.do("review_pairs")
    rating = found.rating
    assert [score for score, chip in rating.scores.items() if chip.isEnabled()] == [1, 2, 3]
    others = (*rating.tags.values(), *rating.verdicts.values(), rating.note, rating.store)
    assert not any(part.isEnabled() for part in others)
    found.do("review_pairs")
    assert all(part.isEnabled() for part in (*rating.scores.values(), *others))


@pytest.fixture
def opened(window: MainWindow, stage: Stage) -> MainWindow:
    """Show Review over two clips."""
    from clappper.brief.templates import template

    stage.live(window.start(template("big-reveal")))
    assert window.session is not None
    land(window.session.project, 2)
    window.show_workspace("review")
    stage.rest()
    return window


def panel(window: MainWindow, name: str) -> QWidget:
    assert window.page is not None
    found = window.page.panel(name)
    assert found is not None
    return found


def test_keys_work_wherever_the_focus_is(opened: MainWindow, stage: Stage) -> None:
    queue, rating, measured = (panel(opened, name) for name in ("queue", "rating", "measured"))
    assert isinstance(queue, QueuePanel)
    assert isinstance(rating, RatingPanel)
    measured.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    records = opened.bench.review.desk.records
    for focus in (panel(opened, "player"), queue.table, rating.scores[1], measured):
        focus.setFocus()
        stage.rest()
        for key in (Qt.Key.Key_4, Qt.Key.Key_9, Qt.Key.Key_Return):
            QTest.keyClick(opened.focusWidget(), key)
        (said,) = records.ratings()
        assert (said.overall, said.tags) == (4, ("flicker",))
        QTest.keyClick(opened.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert records.ratings() == ()
        opened.do("rate_4")
        opened.do("tag_flicker")


def test_keys_are_printed_and_a_search_never_stores_a_rating(opened: MainWindow, stage: Stage) -> None:
    queue, rating = panel(opened, "queue"), panel(opened, "rating")
    assert isinstance(queue, QueuePanel)
    assert isinstance(rating, RatingPanel)
    assert rating.tags["flicker"].text() == "Flicker  9"
    assert rating.verdicts[True].text() == "Pass  Space"
    file = ShortcutFile(opened.studio.paths.config)
    file.save(KeyMap(habits=True))
    opened.use_shortcuts(file)
    stage.rest()
    assert rating.verdicts[True].text() == "Pass  P"
    QTest.keyClick(panel(opened, "player"), Qt.Key.Key_X)
    assert opened.bench.review.draft.verdict is False
    opened.do("review_search")
    QTest.keyClicks(queue.words, "boat 1")
    QTest.keyClick(queue.words, Qt.Key.Key_Return)
    stage.rest()
    assert opened.bench.review.desk.records.ratings() == ()
    stage.until(lambda: len(opened.bench.review.clips) == 1)
    assert not queue.words.hasFocus()


def test_the_dashboard_opens_as_a_window_of_its_own(opened: MainWindow, stage: Stage) -> None:
    page = opened.page
    assert page is not None
    opened.do("show_dashboard")
    stage.until(lambda: page.panel("dashboard"))
    dock = panel(opened, "dashboard").window()
    assert dock is not opened
    assert dock.isVisible()
    assert dock.width() > opened.width() / 2
