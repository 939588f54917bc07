import numpy as np
import pytest

from clappper.review.agreement import agreement
from clappper.review.inbox import order, repeats, to_look_at
from clappper.review.pairwise import strengths
from clappper.review.posterior import Outcome, favour_of, posteriors
from clappper.review.ratings import Comparison, Rating


def both(count: int, *, agree: bool) -> list[Rating]:
    found = []
    for number in range(count):
        first = 1 + number % 5
        for reviewer, overall in (("ann", first), ("bob", first if agree else 1 + (number * 3 + 2) % 5)):
            name = f"{reviewer}{number}"
            found.append(
                Rating(name, f"clip{number}", reviewer, overall, overall > 3, (), "", "blind", f"2026{name}")
            )
    return found


def test_agreement_is_one_when_all_say_the_same() -> None:
    overall, passing, _ = agreement(both(40, agree=True))
    assert overall.alpha == 1.0
    assert passing.alpha == 1.0
    assert overall.doubles == 40


def test_disagreement_is_near_chance_with_an_interval() -> None:
    overall = agreement(both(60, agree=False))[0]
    assert overall.alpha is not None
    assert overall.alpha < 0.8
    assert (overall.low or 0) <= overall.alpha <= (overall.high or 0)


def test_ordinal_alpha_is_krippendorffs_own() -> None:
    """Coincidences and the ordinal metric as in Krippendorff, "Computing Krippendorff's alpha" (2011)."""
    ratings = both(50, agree=False)
    pairs = [
        (one.overall or 0, other.overall or 0) for one, other in zip(ratings[::2], ratings[1::2], strict=True)
    ]
    met = np.zeros((5, 5))
    for one, other in pairs:
        met[one - 1, other - 1] += 1
        met[other - 1, one - 1] += 1
    each = met.sum(axis=1)
    apart = np.array(
        [
            [(each[min(a, b) : max(a, b) + 1].sum() - (each[a] + each[b]) / 2) ** 2 for b in range(5)]
            for a in range(5)
        ]
    )
    by_chance = (np.outer(each, each) - np.diag(each)) / (each.sum() - 1)
    expected = 1 - (met * apart).sum() / (by_chance * apart).sum()
    assert agreement(ratings)[0].alpha == pytest.approx(expected, abs=1e-12)


def test_too_few_doubles_are_said() -> None:
    for ratings in ([], both(5, agree=True)):
        overall = agreement(ratings)[0]
        assert overall.alpha is None
        assert "too few" in overall.note


def test_the_better_take_is_the_stronger() -> None:
    choices = [
        Comparison(str(number), "a", "b" if number % 2 else "c", tie=False, reviewer="ann", created="")
        for number in range(12)
    ]
    choices.append(Comparison("tie", "b", "c", tie=True, reviewer="ann", created=""))
    first, *rest = strengths(choices)
    assert first.asset_id == "a"
    assert first.low <= first.score <= first.high
    assert all(first.score > other.score for other in rest)
    assert strengths([]) == ()


def test_providers_are_told_with_counts() -> None:
    outcomes = [Outcome("packshot", "a", number < 8, 100_000) for number in range(10)]
    outcomes.append(Outcome("packshot", "b", passed=True, cost_micros=None))
    a, b = posteriors(outcomes)
    assert (a.count, b.count) == (10, 1)
    assert a.low < a.rate < a.high
    assert a.usd_per_pass == 0.125
    assert b.usd_per_pass is None
    assert (b.high - b.low) > (a.high - a.low)


def test_favour_trusts_many_clips_more_than_one() -> None:
    outcomes = [Outcome("packshot", "steady", number < 18, None) for number in range(20)]
    outcomes.append(Outcome("packshot", "lucky", passed=True, cost_micros=None))
    favour = favour_of(posteriors(outcomes))
    assert favour("packshot", "steady") > favour("packshot", "lucky") > favour("packshot", "new") == 0
    assert favour("montage", "steady") == 0


def test_the_order_is_by_chance_but_stays() -> None:
    clips = [f"clip{number}" for number in range(50)]
    ann = order(clips, "ann")
    assert sorted(ann) == sorted(clips)
    assert ann == order(reversed(clips), "ann")
    assert ann != order(clips, "bob")
    fewer = order(clips[:49], "ann")
    assert fewer == tuple(name for name in ann if name != "clip49")
    again = repeats(ann, "ann")
    assert set(again) < set(ann)
    assert 0 < len(again) < 15


def test_the_uncertain_are_looked_at() -> None:
    chances = {"sure": 0.97, "bad": 0.03, "forced": 0.5, "unknown": None, "near": 0.7}
    chosen = to_look_at(chances, share=0.2)
    assert {"forced", "unknown", "near"} <= chosen
