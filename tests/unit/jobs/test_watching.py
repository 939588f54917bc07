from __future__ import annotations

from typing import Any

import pytest

from clappper.jobs.watching import cadence
from clappper.providers.contract import Progress, RemoteState

Bench = Any


@pytest.mark.parametrize(
    ("asked", "looks_alike", "is_free", "pause"),
    [
        (2.0, 0, False, 2.0),
        (2.0, 2, False, 3.125),
        (2.0, 50, False, 5.0),
        (2.0, 50, True, 2.0),
        (12.0, 50, False, 12.0),
        (900.0, 0, False, 60.0),
        (0.0, 9, True, 0.05),
        (2.0, 10**9, False, 5.0),
    ],
)
def test_looks_become_rarer_within_bounds(
    asked: float, looks_alike: int, *, is_free: bool, pause: float
) -> None:
    assert cadence(asked, looks_alike, is_free=is_free) == pytest.approx(pause)


async def test_it_looks_again_soon_whenever_something_has_changed(bench: Bench) -> None:
    bench.paid.polls.extend(Progress(RemoteState.RUNNING, fraction) for fraction in (0.1, 0.1, 0.1, 0.6, 0.6))
    bench.queue.enqueue(bench.request())
    await bench.run()
    assert bench.clock.naps == [2.0, 2.5, 3.125, 2.0, 2.5]


async def test_a_card_shows_the_line_before_it_and_a_preview(bench: Bench) -> None:
    bench.paid.polls.extend(
        (
            Progress(RemoteState.QUEUED, queue_position=3),
            Progress(RemoteState.QUEUED),
            Progress(RemoteState.RUNNING, 0.5, preview="step.png"),
        )
    )
    bench.queue.enqueue(bench.request())
    await bench.run()
    told = [event for event in bench.events if event.stage or event.preview]
    assert [event.stage for event in told] == ["queued at paid, 3 before it", "queued at paid", ""]
    assert told[-1].preview == "step.png"
