import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.review import calibration
from clappper.review.calibration import Curve


def test_auc_counts_ties_at_half() -> None:
    passed = np.array([True, True, False, False])
    assert calibration.auc(np.array([0.9, 0.5, 0.5, 0.1]), passed) == 0.875
    assert calibration.auc(np.array([0.1, 0.2]), np.array([True, True])) is None


def test_chances_that_hold_have_no_error() -> None:
    chances = np.repeat([0.2, 0.8], 10)
    passed = np.array([True] * 2 + [False] * 8 + [True] * 8 + [False] * 2)
    assert calibration.calibration_error(chances, passed) == pytest.approx(0)
    assert calibration.calibration_error(1 - chances, passed) == pytest.approx(0.6)
    assert sum(bar.count for bar in calibration.reliability(chances, passed)) == 20


def test_skipping_keeps_the_good_ones() -> None:
    chances, passed = np.array([0.9, 0.8, 0.3, 0.1]), np.array([True, True, False, False])
    assert calibration.skipped_at_recall(chances, passed, 0.95) == 0.5
    assert calibration.skipped_at_recall(chances, ~passed, 0.95) == 0
    assert calibration.skipped_at_recall(chances, np.zeros(4, bool), 0.95) == 0


@pytest.mark.parametrize("count", [60, 3000])
def test_a_curve_learns_what_scores_mean(count: int) -> None:
    chance = np.random.default_rng(0)
    scores = chance.normal(size=count)
    truth = 1 / (1 + np.exp(-(1.5 * scores - 0.5)))
    curve = Curve.fitted(scores, (chance.random(count) < truth).astype(float))
    assert np.abs(curve.chance(scores) - truth).mean() < 0.1


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=2, max_size=40))
def test_a_curve_never_falls(clips: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in clips])
    curve = Curve.fitted(scores, np.array([float(passed) for _, passed in clips]))
    rising = curve.chance(np.linspace(-6, 6, 50))
    assert (np.diff(rising) >= -1e-12).all()
    assert ((rising >= 0) & (rising <= 1)).all()


def test_a_moved_curve_keeps_its_order() -> None:
    scores = np.linspace(-3, 3, 40)
    for curve in (Curve(1.2, 0.3), Curve(knots=((-1.0, 0.2), (1.0, 0.8)))):
        moved = curve.moved(-1.0).chance(scores)
        assert (moved < curve.chance(scores)).all()
        assert (np.diff(moved) >= 0).all()


def test_the_level_follows_the_share_that_passed() -> None:
    chances = np.full(400, 0.5)
    passed = np.arange(400) % 10 == 0
    assert calibration.level(chances, passed) == pytest.approx(np.log(1 / 9), abs=0.1)
    assert 0 > calibration.level(chances[:1], passed[1:2]) > -1


def test_steps_are_taken_only_where_they_foretell_better() -> None:
    chance = np.random.default_rng(3)
    scores = chance.normal(size=1500)
    smooth = chance.random(1500) < 1 / (1 + np.exp(-scores))
    stepped = chance.random(1500) < np.where(scores > 0.5, 0.9, 0.1)
    assert not Curve.fitted(scores, smooth.astype(float)).knots
    assert Curve.fitted(scores, stepped.astype(float)).knots
