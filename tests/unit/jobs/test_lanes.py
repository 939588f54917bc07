from __future__ import annotations

from clappper.jobs.lanes import USUAL_PER_MINUTE, Lane, per_minute
from clappper.providers.contract import Capabilities
from tests.unit.jobs.conftest import FakeClock


def model(rate: float | None) -> Capabilities:
    return Capabilities("p", "m", (), (1, 2), creates_per_minute=rate)


def test_the_strictest_model_counts_for_its_provider() -> None:
    assert per_minute([model(None), model(30), model(6)]) == 6
    assert per_minute([model(None)]) == USUAL_PER_MINUTE


async def test_no_minute_sees_more_than_the_rate_and_the_first_burst() -> None:
    clock = FakeClock()
    lane = Lane(clock, 60.0)
    starts: list[float] = []
    while clock.elapsed < 180:
        if pause := lane.turn():
            await clock.sleep(pause)
        else:
            starts.append(clock.elapsed)
    assert sum(at < 60 for at in starts) <= 60 + 5
    assert all(sum(begin <= at < begin + 60 for at in starts) <= 66 for begin in range(120))


async def test_after_a_refusal_nothing_starts_for_as_long_as_was_asked() -> None:
    clock = FakeClock()
    lane = Lane(clock, 60.0)
    lane.hold(30.0)
    assert lane.turn() == 30.0
    await clock.sleep(30.0)
    assert lane.turn() == 0.0
    assert lane.turn() > 0.0
