from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.base.units import FrameRange, FrameRate, Money, price_range

ranges = st.tuples(st.integers(-500, 500), st.integers(0, 500)).map(lambda t: FrameRange(t[0], t[0] + t[1]))
rates = st.sampled_from([FrameRate(24), FrameRate(25), FrameRate(30000, 1001), FrameRate(60)])


@pytest.mark.parametrize(
    ("dollars", "shown"),
    [
        ("1.5", "$1.50"),
        ("0.0042", "<$0.01"),
        ("-2", "-$2.00"),
        ("0", "$0.00"),
        ("16.333334", "$16.33"),
        ("0.995", "$1.00"),
    ],
)
def test_money_shows_cents(dollars: str, shown: str) -> None:
    assert str(Money.dollars(dollars)) == shown


def test_prices_of_small_units_keep_their_digits() -> None:
    assert Money.dollars("0.0042").exact == "$0.0042"
    assert Money.dollars("12.5").exact == "$12.50"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (None, None, "unknown"),
        (0, 0, "free"),
        (400_000, 600_000, "$0.40 to $0.60"),
        (0, 600_001, "up to $0.61"),
        (500_000, 500_000, "$0.50"),
        (10_000, 10_001, "$0.01 to $0.02"),
        (100, 200, "<$0.01"),
    ],
)
def test_a_price_range_is_never_told_too_low(low: int | None, high: int | None, shown: str) -> None:
    ends = [None if end is None else Money(end) for end in (low, high)]
    assert price_range(*ends) == shown


def test_ten_cents_thirty_times_is_three_dollars() -> None:
    assert sum((Money.dollars(0.1) for _ in range(30)), Money()) == Money.dollars(3)


@given(rates, st.integers(0, 1_000_000))
def test_a_frame_starts_at_its_own_time(rate: FrameRate, frame: int) -> None:
    assert rate.frame_at(Fraction(frame) / rate.fps) == frame


def test_timecode_counts_at_the_rounded_rate() -> None:
    assert FrameRate(30000, 1001).timecode(30 * 3661 + 7) == "01:01:01:07"
    assert FrameRate(25).timecode(-26) == "-00:00:01:01"


@given(ranges, ranges)
def test_an_intersection_holds_what_both_hold(a: FrameRange, b: FrameRange) -> None:
    assert set(a.intersection(b)) == set(a) & set(b)
    assert a.overlaps(b) == bool(set(a) & set(b)) or not (len(a) and len(b))


def test_a_range_may_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends at or after"):
        FrameRange(3, 2)
    with pytest.raises(ValueError, match="positive"):
        FrameRate(0)
