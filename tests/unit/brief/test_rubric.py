from typing import Any

import pytest

from clappper.brief import rubric
from clappper.brief.findings import PreflightContext
from clappper.brief.lint import lint
from clappper.brief.reading import read_shot
from clappper.brief.schema import load_brief


def graded(data: dict[str, Any], intent: str, seconds: int = 4, **scene: Any) -> dict[str, int]:
    shot = {"id": "s", "start_s": 0, "end_s": seconds, "type": "lifestyle", "intent": intent} | scene
    rest = {"id": "e", "start_s": seconds, "end_s": 8, "type": "endcard", "intent": "end card"}
    brief = load_brief(data | {"scenes": [shot, rest]})
    return {c.name: c.score for c in rubric.grade(brief, lint(brief, PreflightContext()))}


@pytest.mark.parametrize(
    ("simple", "crowded"),
    [
        ("a lamp glows on a desk", "a lamp glows, then a cup falls, then the window opens"),
        ("a woman walks through a park", "a man, a boy and two dogs run, jump and dance in a park"),
        ("a horse gallops along a beach", "a group of three people, a horse and a dog chase along a beach"),
    ],
)
def test_a_short_shot_that_asks_for_much_at_once_holds_together_less(
    minimal: dict[str, Any], simple: str, crowded: str
) -> None:
    one, other = graded(minimal, simple), graded(minimal, crowded)
    assert one["temporal_coherence"] > other["temporal_coherence"]


def test_a_longer_shot_has_time_for_more_and_its_own_beats_are_timed(minimal: dict[str, Any]) -> None:
    told = "a hand lifts the lid, then steam rises"
    short, long = graded(minimal, told, 4), graded(minimal, told, 6)
    assert long["temporal_coherence"] > short["temporal_coherence"]
    beats = [
        {"start": 0, "end": 2, "action": "a hand lifts the lid"},
        {"start": 2, "end": 4, "action": "then steam rises"},
    ]
    timed = graded(minimal, "a pot on a stove", 4, beats=beats)
    assert timed["temporal_coherence"] > short["temporal_coherence"]


@pytest.mark.parametrize(
    ("text", "open_words"),
    [
        ("A baker lifts the loaf and she smiles", ("and", "she")),
        ("A red or blue car", ("or",)),
        ("Salt and pepper on a table", ()),
        ("A bottle, no text or logos", ()),
    ],
)
def test_words_that_can_be_read_in_two_ways(
    minimal: dict[str, Any], text: str, open_words: tuple[str, ...]
) -> None:
    scene = {"id": "s", "start_s": 0, "end_s": 8, "type": "lifestyle", "intent": text}
    brief = load_brief(minimal | {"scenes": [scene]})
    assert read_shot(brief.product, brief.scenes[0]).open_words == open_words


def test_clarity_falls_with_vague_and_with_open_words(minimal: dict[str, Any]) -> None:
    clear = graded(minimal, "A baker lifts a loaf onto the shelf")["ambiguity"]
    assert clear > graded(minimal, "A baker lifts it onto the shelf and she smiles")["ambiguity"]
    assert clear > graded(minimal, "A baker lifts an amazing loaf onto the nice shelf")["ambiguity"]
    assert clear > graded(minimal, "A loaf")["ambiguity"]


def test_camera_terms_measures_and_places_in_the_picture_are_no_demands(minimal: dict[str, Any]) -> None:
    text = "Close-up at 45 degrees, 50 mm, focus pull, room for text in the lower third"
    scene = {"id": "s", "start_s": 0, "end_s": 8, "type": "packshot", "intent": text}
    brief = load_brief(minimal | {"scenes": [scene]})
    shot = read_shot(brief.product, brief.scenes[0])
    assert (shot.actions, shot.movers, shot.steps) == ((), 0, 1)
