from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.base.rhythm import SnappedCut, snap_cuts

END = 60
FRAMES = st.sets(st.integers(1, END - 1), max_size=4).map(sorted)
BEATS = st.sets(st.integers(0, END), max_size=8).map(sorted)


def _lengths(frames: list[int]) -> list[int]:
    return [right - left for left, right in pairwise([0, *frames, END])]


@given(FRAMES, BEATS, st.integers(0, 12), st.integers(1, 20))
@settings(deadline=None)
def test_no_choice_snaps_more_cuts_or_moves_them_less(
    cuts: list[int], beats: list[int], reach: int, shortest: int
) -> None:
    least = [min(shortest, length) for length in _lengths(cuts)]
    chosen = snap_cuts(cuts, beats, end=END, reach=reach, shortest=shortest)
    frames = [cut.frame for cut in chosen]
    assert all(length >= floor for length, floor in zip(_lengths(frames), least, strict=True))
    assert all(cut.frame in beats if cut.on_beat else cut.frame == cut.wanted for cut in chosen)

    def cost(places: tuple[tuple[int, bool], ...]) -> tuple[int, int]:
        moved = sum(abs(place - cut) for (place, _), cut in zip(places, cuts, strict=True))
        return sum(not on_beat for _, on_beat in places), moved

    options = [[(cut, False), *((beat, True) for beat in beats if abs(beat - cut) <= reach)] for cut in cuts]
    allowed = (
        places
        for places in product(*options)
        if all(
            length >= floor
            for length, floor in zip(_lengths([place for place, _ in places]), least, strict=True)
        )
    )
    assert cost(tuple((cut.frame, cut.on_beat) for cut in chosen)) == min(map(cost, allowed))


def test_a_cut_goes_to_the_nearest_beat_within_reach() -> None:
    assert snap_cuts([90], [80, 97], end=300, reach=10, shortest=30) == (SnappedCut(90, 97, on_beat=True),)
    assert snap_cuts([90], [70, 110], end=300, reach=10, shortest=30) == (SnappedCut(90, 90, on_beat=False),)


def test_nothing_to_cut_is_nothing() -> None:
    assert snap_cuts([], [1, 2], end=10, reach=5, shortest=3) == ()
