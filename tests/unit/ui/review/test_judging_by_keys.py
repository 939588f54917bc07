"""A hundred clips are judged by the keys of the window alone."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clappper.brief.templates import template
from clappper.flow.reviewing.review_desk import Draft
from clappper.review.inbox import repeats
from clappper.ui.main_window import MainWindow
from tests.unit.review.clips import land
from tests.unit.ui.conftest import Stage

CLIPS = 100
KEYS = {
    "space": Qt.Key.Key_Space,
    "enter": Qt.Key.Key_Return,
    "escape": Qt.Key.Key_Escape,
    "back": Qt.Key.Key_Backspace,
}
SAID = (
    ("4 enter", Draft(4, passed=True)),
    ("2 9 enter", Draft(2, passed=False, tags=("flicker",))),
    ("space space 0 enter", Draft(None, passed=False, tags=("artifacts",))),
    ("u n odd escape enter", Draft(None, None, unsure=True, notes="odd")),
    ("5 5 3 space enter", Draft(3, passed=True)),
    ("s", None),
)
"""What is pressed for a clip, and what it says; skipping says nothing."""


@dataclass
class Reviewer:
    """Presses keys where the focus is, as a person without a mouse."""

    window: MainWindow
    stage: Stage
    said: list[tuple[str, Draft]] = field(default_factory=list)

    def press(self, keys: str) -> None:
        for name in keys.split():
            focus = self.window.focusWidget()
            if name in KEYS:
                QTest.keyClick(focus, KEYS[name])
            else:
                QTest.keyClicks(focus, name)

    def judge(self, keys: str, said: Draft | None) -> None:
        clip = self.window.bench.review.clip
        assert clip is not None
        self.press(keys)
        if said is not None:
            self.said.append((clip.asset_id, said))

    def undo(self) -> None:
        self.press("back")
        name, draft = self.said.pop()
        clip = self.window.bench.review.clip
        assert clip is not None
        assert (clip.asset_id, self.window.bench.review.draft.overall) == (name, draft.overall)


@pytest.fixture
def reviewer(window: MainWindow, stage: Stage, no_guesses: pytest.MonkeyPatch) -> Reviewer:
    del no_guesses
    stage.live(window.start(template("big-reveal")))
    assert window.session is not None
    land(window.session.project, CLIPS, films=3)
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    stage.until(lambda: window.page is not None and window.page.panel("measured"))
    stage.rest()
    return Reviewer(window, stage)


def stored(window: MainWindow) -> Counter[tuple[object, ...]]:
    ratings = window.bench.review.desk.records.ratings()
    return Counter((one.asset_id, one.overall, one.passed, one.tags, one.notes) for one in ratings)


def meant(said: list[tuple[str, Draft]]) -> Counter[tuple[object, ...]]:
    return Counter((name, one.overall, one.verdict, one.tags, one.notes) for name, one in said)


def test_a_hundred_clips_are_judged_without_the_mouse(reviewer: Reviewer) -> None:
    window = reviewer.window
    state = window.bench.review
    again = repeats([f"asset-alpha-{number}" for number in range(CLIPS)], state.desk.reviewer)
    assert len(state.clips) == CLIPS + len(again)
    for number in range(len(state.clips)):
        reviewer.judge(*SAID[number % len(SAID)])
        if number % 7 == 6 and number % len(SAID) < 5:
            reviewer.undo()
            reviewer.judge("1 enter", _with_score(SAID[number % len(SAID)][1], 1))
    assert stored(window) == meant(reviewer.said)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert state.clips
    for _ in range(len(state.clips)):
        reviewer.judge("3 enter", Draft(3))
    assert stored(window) == meant(reviewer.said)
    times = Counter(name for name, _ in reviewer.said)
    assert len(times) == CLIPS
    assert {name for name, count in times.items() if count > 1} == set(again)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert state.clips == ()
    while reviewer.said:
        reviewer.undo()
    assert stored(window) == Counter()


def _with_score(said: Draft | None, score: int) -> Draft:
    assert said is not None
    return Draft(score, said.passed, tags=said.tags, notes=said.notes)
