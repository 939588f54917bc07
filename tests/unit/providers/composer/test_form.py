from hypothesis import given
from hypothesis import strategies as st

from clappper.providers.composer.form import Part, form


@given(st.floats(0.5, 180), st.floats(50, 200))
def test_bars_follow_each_other_up_to_the_last_beat(seconds: float, bpm: float) -> None:
    shape = form(seconds, bpm)
    beat = 0
    for bar in shape.bars:
        assert bar.start_beat == beat
        beat += bar.beats
    assert beat == shape.final_beat
    assert shape.final_beat * 60 / bpm <= seconds


@given(st.floats(8, 180), st.floats(70, 180))
def test_the_tail_is_neither_cut_nor_empty(seconds: float, bpm: float) -> None:
    tail = seconds - form(seconds, bpm).final_beat * 60 / bpm
    assert 0.99 < tail < 3.2


@given(st.floats(12, 60), st.floats(80, 140), st.floats(0, 1))
def test_parts_come_in_order_whatever_the_end_card(seconds: float, bpm: float, share: float) -> None:
    order = list(Part)
    places = [order.index(bar.part) for bar in form(seconds, bpm, seconds * share).bars]
    assert places == sorted(places)
    assert order[places[-1]] is Part.FINALE


def test_the_turn_comes_before_the_end_card() -> None:
    bars = form(20.0, 120.0, end_card_seconds=14.0).bars
    (turn,) = (bar for bar in bars if bar.part is Part.TURN)
    first = next(bar for bar in bars if bar.part is Part.FINALE)
    assert (turn.start_beat, first.start_beat) == (24, 28)
