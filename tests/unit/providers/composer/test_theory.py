import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.providers.composer.moods import MOODS
from clappper.providers.composer.theory import SHAPES, Chord, chord, hertz, nearest, voicing

A_SIXTH = 9


def test_concert_pitch() -> None:
    assert hertz(69) == pytest.approx(440.0)
    assert hertz(57) == pytest.approx(220.0)


def test_symbols_become_chords() -> None:
    assert chord("9:m7", 0).tones == (9, 0, 4, 7)
    assert chord("5:", 7).triad == (0, 4, 7)


def test_every_progression_can_be_read() -> None:
    for mood in MOODS.values():
        for row in mood.progressions:
            assert len(row) == 4
            assert all(chord(symbol, 0).tones for symbol in row)


@given(st.integers(0, 11), st.floats(30, 90))
def test_the_nearest_note_is_within_half_an_octave(pitch_class: int, note: float) -> None:
    found = nearest(pitch_class, note)
    assert found % 12 == pitch_class
    assert abs(found - note) <= 6.5


@given(
    st.integers(0, 11), st.sampled_from(sorted(SHAPES)), st.integers(0, 11), st.sampled_from(sorted(SHAPES))
)
def test_voices_hold_the_chord_and_move_little(
    root: int, shape: str, next_root: int, next_shape: str
) -> None:
    one, two = Chord(root, SHAPES[shape]), Chord(next_root, SHAPES[next_shape])
    first = voicing(one.tones, 60)
    second = voicing(two.tones, 60, first)
    assert {note % 12 for note in second} == set(two.tones)
    assert all(min(abs(note - old) for old in first) <= A_SIXTH for note in second)
