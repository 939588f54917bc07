"""The wipe: the edit beside itself without colours, with other takes, and as it was before the last step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, Grade, Look, MediaKind, Solid, Take, Timeline
from clappper.timeline.queries import clip_of
from clappper.ui.bench import Bench
from clappper.ui.viewer.compare import Against, with_other_takes, without_colours
from clappper.ui.viewer.dock import ViewerDock
from tests.unit.ui.conftest import Stage


def take(name: str) -> Take:
    return Take(name, f"media/{name}.mp4", MediaKind.VIDEO, FrameRange(0, 60), 64, 36)


def shots(empty: Timeline) -> Timeline:
    several = Clip("several", Footage((take("a"), take("b"), take("c")), active=1), FrameRange(0, 30))
    one = Clip("one", Footage((take("d"),)), FrameRange(30, 60), grade=Grade(exposure=1.0))
    return replace(with_clips(empty, {"shots": (several, one)}), length_frames=60, look=Look(vignette=0.5))


@pytest.fixture
def dock(bench: Bench, stage: Stage) -> Iterator[ViewerDock]:
    bench.session.edit("Make the ad", shots)
    made = ViewerDock(bench)
    stage.rest()
    yield made
    made.player.close()
    made.deleteLater()
    stage.rest()


def active(timeline: Timeline, clip_id: str) -> int:
    content = clip_of(timeline, clip_id).content
    assert isinstance(content, Footage)
    return content.active


def wiped(dock: ViewerDock) -> Timeline | None:
    wipe = dock.player.view.wipe
    return wipe.timeline if wipe else None


def test_every_shot_shows_another_take(bench: Bench) -> None:
    timeline = shots(bench.session.timeline)
    assert [active(with_other_takes(timeline, step), "several") for step in (1, 2, 3)] == [2, 0, 1]
    assert active(with_other_takes(timeline, 1), "one") == 0


def test_colours_are_taken_away(bench: Bench) -> None:
    bare = without_colours(shots(bench.session.timeline))
    assert (bare.look, clip_of(bare, "one").grade) == (Look(), Grade())


def test_takes_go_round_and_the_wipe_ends(dock: ViewerDock) -> None:
    compare = dock.verbs()["wipe_takes"]
    seen = []
    for _ in range(3):
        compare()
        other = wiped(dock)
        seen.append((dock.surface.sides, other and active(other, "several")))
    assert seen == [(("Take 2", "Take 3 of 3"), 2), (("Take 2", "Take 1 of 3"), 0), (("", ""), None)]
    assert dock.surface.wipe is None


def test_a_shot_with_one_take_cannot_be_compared(dock: ViewerDock, bench: Bench) -> None:
    bench.edit.go_to(40)
    with pytest.raises(ClappperError, match="one take"):
        dock.verbs()["wipe_takes"]()
    assert wiped(dock) is None
    bench.edit.go_to(0)
    dock.verbs()["wipe_takes"]()
    bench.edit.go_to(40)
    assert dock.surface.sides == ("One take", "")


def test_the_last_step_is_compared_until_it_is_undone(dock: ViewerDock, bench: Bench, stage: Stage) -> None:
    before = bench.session.timeline
    bench.session.edit("Colour it", lambda now: with_clips(now, {"shots": [_red()]}))
    stage.rest()
    dock.verbs()["wipe_before"]()
    assert wiped(dock) == before
    assert dock.surface.sides == ("Now", "Before")
    while bench.session.place:
        bench.session.undo()
    stage.rest()
    assert wiped(dock) is None
    assert dock.comparison.against is None
    with pytest.raises(ClappperError, match="no earlier step"):
        dock.verbs()["wipe_before"]()


def test_one_comparison_takes_the_place_of_another(dock: ViewerDock) -> None:
    dock.verbs()["wipe"]()
    assert dock.surface.sides == ("Graded", "Ungraded")
    dock.verbs()["wipe_takes"]()
    assert dock.comparison.against is Against.TAKES
    dock.verbs()["wipe"]()
    dock.verbs()["wipe"]()
    assert wiped(dock) is None


def _red() -> Clip:
    return Clip("red", Solid("#C03020"), FrameRange(0, 60))
