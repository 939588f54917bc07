from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.media.picture import Yuv
from clappper.render.transitions import dip, dissolve, push, transition, wipe
from clappper.timeline.model import TransitionKind

DARK, LIGHT = Yuv.blank(64, 36, luma=40), Yuv.blank(64, 36, luma=200)


@pytest.mark.parametrize("kind", list(TransitionKind))
@pytest.mark.parametrize(("progress", "expected"), [(0.0, DARK), (1.0, LIGHT)])
def test_the_ends_are_the_two_pictures(kind: TransitionKind, progress: float, expected: Yuv) -> None:
    painted = transition(kind, DARK, LIGHT, progress)
    np.testing.assert_array_equal(painted.y, expected.y)


@pytest.mark.parametrize("kind", list(TransitionKind))
def test_the_pictures_themselves_are_left_alone(kind: TransitionKind) -> None:
    transition(kind, DARK, LIGHT, 0.4)
    assert set(np.unique(DARK.y)) == {40}
    assert set(np.unique(LIGHT.y)) == {200}


@given(st.floats(0, 1))
def test_a_dissolve_is_the_weighted_mean(progress: float) -> None:
    assert dissolve(DARK, LIGHT, progress).y[0, 0] == pytest.approx(40 + 160 * progress, abs=0.51)


def test_a_dip_is_all_colour_in_the_middle() -> None:
    middle = dip(DARK, LIGHT, 0.5, "#FF0000")
    assert {(int(middle.y[0, 0]), int(middle.u[0, 0]), int(middle.v[0, 0]))} == {(63, 102, 240)}


def test_a_push_moves_both_pictures_together() -> None:
    half = push(DARK, LIGHT, 0.5)
    assert set(np.unique(half.y[:, :32])) == {40}
    assert set(np.unique(half.y[:, 32:])) == {200}


@given(st.floats(0, 1))
def test_a_wipe_uncovers_from_the_left(progress: float) -> None:
    row = wipe(DARK, LIGHT, progress).y[0].astype(int)
    assert (np.diff(row) <= 0).all()
    assert row.mean() == pytest.approx(40 + 160 * progress, abs=160 * 0.06)


def test_a_whip_blurs_while_it_is_fast() -> None:
    fast = transition(TransitionKind.WHIP, DARK, LIGHT, 0.5)
    assert len(np.unique(fast.y[0])) > 8
