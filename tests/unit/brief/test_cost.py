import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.base.units import Money
from clappper.brief.cost import CostRange, Verdict, total
from clappper.providers.contract import Estimate


def estimate(low: int | None, high: int | None, seconds: tuple[float, float] | None = (10, 20)) -> Estimate:
    def cents(amount: int | None) -> Money | None:
        return None if amount is None else Money(amount * 10_000)

    return Estimate(cents(low), cents(high), seconds, "test")


def test_ranges_add_up() -> None:
    cost = total({"s1": estimate(10, 20), "s2": estimate(5, 5)})
    assert (cost.low, cost.high, cost.seconds) == (Money(150_000), Money(250_000), (20, 40))
    assert str(cost) == "$0.15 to $0.25"


def test_unknown_is_never_zero() -> None:
    cost = total({"s1": estimate(10, 20), "s2": estimate(None, None, None)})
    assert cost.high is None
    assert cost.seconds is None
    assert str(cost) == "at least $0.10, s2 has no price"
    assert cost.verdict(Money.dollars(5)) is Verdict.UNKNOWN


def test_nothing_to_make_costs_nothing() -> None:
    assert total({}) == CostRange(Money(), Money(), (0.0, 0.0))


@pytest.mark.parametrize(
    ("cap", "verdict"), [("0.09", Verdict.EXCEEDS), ("0.10", Verdict.MAY_EXCEED), ("0.20", Verdict.WITHIN)]
)
def test_a_cap_judges_the_range(cap: str, verdict: Verdict) -> None:
    assert total({"s1": estimate(10, 20)}).verdict(Money.dollars(cap)) is verdict


def test_a_known_low_over_the_cap_exceeds_it_whatever_the_rest() -> None:
    cost = total({"s1": estimate(200, 300), "s2": estimate(None, None)})
    assert cost.verdict(Money.dollars(1)) is Verdict.EXCEEDS


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), min_size=1), st.integers(1, 8))
@settings(deadline=None)
def test_more_lanes_are_never_slower_than_one_nor_faster_than_the_slowest(
    spans: list[tuple[float, float]], lanes: int
) -> None:
    estimates = {f"s{number}": estimate(0, 0, (min(span), max(span))) for number, span in enumerate(spans)}
    one, many = total(estimates).seconds, total(estimates, lanes=lanes).seconds
    assert one
    assert many
    assert many[1] <= one[1]
    assert many[1] >= max(max(span) for span in spans)
