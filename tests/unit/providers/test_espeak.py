"""Word times from eSpeak NG's library."""

import pytest

from clappper.providers import espeak
from clappper.providers.espeak import recite, starts_of


def test_words_get_the_first_event_inside_them() -> None:
    text = "It costs $24, and that's it!"
    events = ((0, 0.0), (3, 0.2), (9, 0.6), (10, 0.8), (11, 1.2), (14, 1.8), (18, 2.0))
    assert starts_of(text, events) == pytest.approx((0.0, 0.2, 0.6, 1.8, 2.0, 2.0))


def test_a_word_said_in_one_with_others_comes_in_between() -> None:
    assert starts_of("of the best", ((0, 0.0), (7, 0.4))) == pytest.approx((0.0, 0.2, 0.4))
    assert starts_of("no events", ()) == ()


def test_without_the_library_nothing_is_recited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "NAMES", ("no-such-library.so",))
    assert recite("Hello there.") is None


def test_every_word_of_a_sentence_has_its_time() -> None:
    recital = recite("Slow mornings, in your hands.")
    if recital is None:
        pytest.skip("libespeak-ng is not installed")
    assert len(recital.starts) == 5
    assert list(recital.starts) == sorted(recital.starts)
    assert 0.8 < recital.starts[2] < recital.starts[4] < len(recital.samples) / recital.rate < 4
    assert recite("Hello.", "zz-such-voice") is None
