import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.brief.words import Lexicon, cut_phrase, read, stem


@pytest.mark.parametrize(
    ("forms"),
    [
        ("glide", "glides", "gliding", "glided"),
        ("stop", "stops", "stopping", "stopped"),
        ("light", "lights", "lighting"),
        ("study", "studies"),
        ("watch", "watches"),
        ("shoe", "shoes"),
    ],
)
def test_forms_of_a_word_meet(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize("word", ["evening", "glasses", "spring", "red", "bed", "king", "glass"])
def test_words_without_an_ending_stay(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    ("text", "ruled_out"),
    [
        ("clean shot, no camera shake", ["camera", "shake"]),
        ("no people, text, or logos; warm light", ["people", "text", "or", "logos"]),
        ("without harsh shadows but with bokeh", ["harsh", "shadows"]),
        ("not only warm light", []),
        ("shake-free pan", ["shake"]),
        ("free of clutter", ["clutter"]),
        ("no faces, a watch turns on a marble plinth in slow motion", ["faces"]),
        ("no 2.5 s holds. Then a face", ["2.5", "s", "holds"]),
        ("a free sample", []),
    ],
)
def test_what_is_ruled_out(text: str, ruled_out: list[str]) -> None:
    words = read(text)
    found = [words.plain[place] for place in sorted(words.ruled_out)]
    assert [word for word in found if word != "a"] == ruled_out


def test_the_longest_phrase_wins_and_allowed_ones_hide() -> None:
    lexicon = Lexicon(["face", "slow motion", "motion"], allow=["watch face"])
    assert lexicon.wanted("slow-motion shot of a watch face, no motion after that; a face") == (
        "slow motion",
        "face",
    )


def test_exact_phrases_match_plurals_only() -> None:
    lexicon = Lexicon(["interesting", "grenade"], exact=True)
    assert lexicon.wanted("interest rates and grenades") == ("grenade",)


@pytest.mark.parametrize(
    ("text", "phrase", "replacement", "left"),
    [
        ("Slow pan, handheld, soft light", "handheld", "", "Slow pan, soft light"),
        ("A beautiful watch", "beautiful", "sunlit", "A sunlit watch"),
        ("A nice watch", "nice", "elegant", "An elegant watch"),
        ("Slow dolly-in on a watch", "dolly in", "", "Slow on a watch"),
        ("unhandheld", "handheld", "", "unhandheld"),
    ],
)
def test_cutting_a_phrase(text: str, phrase: str, replacement: str, left: str) -> None:
    assert cut_phrase(text, phrase, replacement) == left


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    words = read(text)
    assert len(words.plain) == len(words.stems)
    assert all(0 <= place < len(words) for place in words.ruled_out)
