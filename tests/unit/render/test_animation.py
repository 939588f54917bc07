"""Every animation begins absent, ends settled, and never jumps on the way."""

import itertools

import pytest

from clappper.base.errors import UnusableInputError
from clappper.render.animation import SETTLED, Entrance, entrance, pose

STEPS = [step / 200 for step in range(201)]


@pytest.mark.parametrize("kind", [kind for kind in Entrance if kind is not Entrance.CUT])
def test_an_entrance_goes_from_nothing_to_rest_without_a_jump(kind: Entrance) -> None:
    poses = [pose(kind, step) for step in STEPS]
    first, last = poses[1], poses[-1]
    assert first.opacity < 0.05 or first.risen < 0.05 or first.wiped < 0.05
    assert last == SETTLED
    for one, other in itertools.pairwise(poses[1:]):
        assert abs(one.scale - other.scale) < 0.01
        assert abs(one.dx - other.dx) < 0.03
        assert abs(one.dy - other.dy) < 0.03
        assert other.opacity >= one.opacity
        assert other.risen >= one.risen
        assert other.wiped >= one.wiped


def test_a_pop_overshoots_a_little_and_settles() -> None:
    scales = [pose(Entrance.POP, step).scale for step in STEPS[1:]]
    assert 1.0 < max(scales) < 1.05


def test_names_are_read_and_wrong_ones_listed() -> None:
    assert entrance("rise") is Entrance.RISE
    assert entrance("") is entrance("none") is Entrance.CUT
    with pytest.raises(UnusableInputError, match="fade, rise"):
        entrance("explode")
