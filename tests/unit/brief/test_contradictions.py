from typing import Any

import pytest

from clappper.brief import lexicons
from clappper.brief.contradictions import find_clashes
from clappper.brief.schema import AdBrief, load_brief


def shot(data: dict[str, Any], intent: str, style_pack: dict[str, Any] | None = None, **more: Any) -> AdBrief:
    data["product"]["style_pack"] = style_pack or {}
    scene = {"id": "s1", "start_s": 0, "end_s": 8, "type": "lifestyle", "intent": intent} | more
    return load_brief(data | {"scenes": [scene]})


def codes(brief: AdBrief) -> list[str]:
    return [clash.code for clash in find_clashes(brief, brief.scenes[0])]


CLASHES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("still_and_shaky", "Handheld walk through a market, no camera shake", {}, {}),
    ("still_and_shaky", "Shaky run through a market", {}, {"negatives": ["motion"]}),
    ("sunset_and_no_warm", "Lamp on a hill at sunset", {"negative_style": ["warm tones"]}, {}),
    ("sunset_and_no_warm", "Lamp at golden hour, no warm tones", {}, {}),
    ("static_and_move", "Static camera, slow dolly-in on the lamp", {}, {}),
    ("minimal_and_cluttered", "Cluttered desk with a lamp", {"visual_style": ["minimalist"]}, {}),
    ("slow_and_fast", "Slow motion pour with rapid cuts", {}, {}),
    ("day_and_night", "Street at midday under a starry sky", {}, {}),
    ("palette_warm_and_cool", "Lamp in cool tones", {"palette_hint": "warm"}, {}),
    ("people_and_no_people", "A woman rides home, no people", {}, {}),
    ("text_and_no_text", "Bold text appears over the road", {}, {"t2v_negative": "text, watermark"}),
    ("real_and_drawn", "Photorealistic road in watercolor", {}, {}),
    ("one_take_and_cuts", "One continuous shot with jump cuts", {}, {}),
    ("camera_and_words", "Slow dolly-in on the lamp", {}, {"camera": {"move": "static"}}),
    ("summer_and_winter", "Tropical beach in a blizzard", {}, {}),
]


@pytest.mark.parametrize(("code", "intent", "style_pack", "more"), CLASHES)
def test_a_clash_is_found_and_settled(
    minimal: dict[str, Any], code: str, intent: str, style_pack: dict[str, Any], more: dict[str, Any]
) -> None:
    brief = shot(minimal, intent, style_pack, **more)
    assert codes(brief) == [code]
    (clash,) = find_clashes(brief, brief.scenes[0])
    assert clash.fix is not None
    fixed = clash.fix.apply(brief)
    assert codes(fixed) == []
    assert fixed == load_brief(fixed.model_dump())


PAIRS = lexicons.table("contradictions")["pair"]


def worded(phrase: str) -> str:
    return phrase.replace("!", "no ")


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["code"] for pair in PAIRS])
def test_every_phrase_of_a_pair_clashes_with_the_other_side(
    minimal: dict[str, Any], pair: dict[str, Any]
) -> None:
    sides = [(left, pair["right"][0]) for left in pair["left"]] + [
        (pair["left"][0], right) for right in pair["right"]
    ]
    for left, right in sides:
        brief = shot(minimal, f"Lamp: {worded(left)}. Road: {worded(right)}")
        if not _resolves(pair, left, right):
            assert pair["code"] in codes(brief), (left, right)


def _resolves(pair: dict[str, Any], left: str, right: str) -> bool:
    """Tell whether a phrase itself contains a word that puts the two sides one after the other."""
    return any(f" {word} " in f" {left} {right} " for word in pair.get("unless", ()))


@pytest.mark.parametrize(
    "intent",
    [
        "Locked-off shot, then handheld run to the door",
        "No motion blur, handheld walk",
        "Slow motion, then a whip pan to the logo",
        "Day to night time-lapse of the skyline under a starry sky",
        "Retro futuristic diner with holographic menu",
        "A painter finishes an oil painting, photorealistic",
        "Soft light without handheld wobble, tripod",
        "Rooftop seen through a studio window, indoors",
        "A panda with black and white fur on a colorful board",
        "Empty glass fills as wine pours, full glass at the end",
    ],
)
def test_no_clash_where_there_is_none(minimal: dict[str, Any], intent: str) -> None:
    assert codes(shot(minimal, intent)) == []


def test_a_camera_that_does_what_the_words_say(minimal: dict[str, Any]) -> None:
    assert codes(shot(minimal, "Slow dolly-in", camera={"move": "dolly_in"})) == []
    assert codes(shot(minimal, "Push in, then orbit", camera={"move": "orbit"})) == []
