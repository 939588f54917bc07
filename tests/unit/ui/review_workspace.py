"""The Review workspace's panels over one project, as the window joins them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QWidget

from clappper.flow.learning.chances import Chances
from clappper.ui.bench import Bench
from clappper.ui.review.measured import MeasuredPanel
from clappper.ui.review.player import PlayerPanel
from clappper.ui.review.queue import QueuePanel
from clappper.ui.review.rating import RatingPanel
from tests.unit.review.clips import land
from tests.unit.ui.conftest import Stage


class Workspace:
    """All panels of Review; ``do`` starts what a key would."""

    def __init__(self, bench: Bench) -> None:
        self.state = bench.review
        self.player = PlayerPanel(bench)
        self.queue = QueuePanel(bench)
        self.rating = RatingPanel(bench)
        self.measured = MeasuredPanel(bench)

    @property
    def panels(self) -> tuple[QWidget, ...]:
        return self.player, self.queue, self.rating, self.measured

    def do(self, *names: str) -> None:
        verbs = self.player.verbs() | self.queue.verbs() | self.rating.verbs()
        for name in names:
            verbs[name]()


Maker = Callable[[int], Workspace]


@pytest.fixture(autouse=True)
def left_alone() -> Iterator[None]:
    """Let nothing be measured or learned beside a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clappper.flow.project.attending.ATTENDANTS", ())
        yield


@pytest.fixture
def no_guesses() -> Iterator[pytest.MonkeyPatch]:
    """Let the predictor, which takes a second to load, have nothing to say."""

    async def nothing(_: Chances, __: object) -> bool:
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chances, "foretell", nothing)
        yield patch


@pytest.fixture
def make(stage: Stage, bench: Bench, no_guesses: pytest.MonkeyPatch) -> Iterator[Maker]:
    del no_guesses
    made: list[Workspace] = []

    def build(count: int) -> Workspace:
        land(bench.session.project, count)
        found = Workspace(bench)
        found.player.resize(800, 600)
        for panel in found.panels:
            panel.show()
        made.append(found)
        stage.rest()
        return found

    yield build
    for one in made:
        one.state.loop.close()
        for panel in one.panels:
            panel.close()
            panel.deleteLater()
    stage.rest()
