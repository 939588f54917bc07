from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.base.units import FrameRate
from clappper.media.pace import is_uneven, real_rate

MILLISECOND = Fraction(1, 1000)
RATES = ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"]


@given(rate=st.sampled_from(RATES).map(Fraction), start=st.integers(0, 5000), frames=st.integers(60, 400))
def test_a_steady_clip_keeps_its_exact_rate_through_times_in_milliseconds(
    rate: Fraction, start: int, frames: int
) -> None:
    moments = [start + round(frame / rate / MILLISECOND) for frame in range(frames)]
    assert not is_uneven(moments)
    assert real_rate(moments, MILLISECOND, rate).fps == rate


@pytest.mark.parametrize("rate", ["24", "25", "30", "60"])
def test_without_a_header_the_nearest_standard_rate_is_taken(rate: str) -> None:
    moments = [round(frame * 90_000 / Fraction(rate)) for frame in range(100)]
    assert real_rate(moments, Fraction(1, 90_000), None) == FrameRate(int(rate))


def test_a_few_missing_pictures_do_not_change_the_pace() -> None:
    moments = [frame * 3000 for frame in range(100) if frame not in {40, 41, 77}]
    assert not is_uneven(moments)
    assert real_rate(moments, Fraction(1, 90_000), Fraction(29)) == FrameRate(30)


def test_a_varying_pace_gives_the_average_and_never_the_header() -> None:
    moments = [0, 1000, 4000, 5000, 9000, 10_000]
    assert is_uneven(moments)
    assert real_rate(moments, Fraction(1, 10_000), Fraction(120)) == FrameRate(5)


def test_a_single_picture_has_its_headers_rate() -> None:
    assert real_rate([7], MILLISECOND, Fraction(12)) == FrameRate(12)
    assert real_rate([7], MILLISECOND, None) == FrameRate(25)
