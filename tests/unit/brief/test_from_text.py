import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.base.errors import UnusableInputError
from clappper.brief.findings import PreflightContext
from clappper.brief.from_text import FromText, brief_from_text
from clappper.brief.preflight import preflight
from clappper.brief.schema import BriefError, load_brief, to_dict
from clappper.providers.contract import Capabilities, Kind

EMBEDDED = Capabilities("motion", "studio-1", (Kind.TEXT_TO_VIDEO,), (0.5, 60), generative=False)

WISHES = json.loads((Path(__file__).parent / "wishes.json").read_text(encoding="utf-8"))
"""Real wishes, each with the fields that must come out of it."""


def value_at(found: FromText, path: str) -> Any:
    place: Any = found if path == "variations" else found.brief
    for part in path.split("."):
        place = getattr(place, part)
    return place


def plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", WISHES, ids=[case["wish"][:30] for case in WISHES])
def test_wishes(case: dict[str, Any]) -> None:
    found = brief_from_text(case["wish"])
    assert {path: plain(value_at(found, path)) for path in case["expected"]} == case["expected"]
    context = PreflightContext(capabilities={scene.id: EMBEDDED for scene in found.brief.scenes})
    assert preflight(found.brief, context).passed


def test_guesses_say_what_and_why() -> None:
    found = brief_from_text("ad for coffee")
    assert "project.objective: awareness (no aim was named)" in found.guessed
    assert "project.duration_s: 15 (no length was named)" in found.guessed
    assert "product.no_logo: true (no logo file was named)" in found.guessed
    buyers = "people who care about their coffee (the usual buyers of coffee)"
    assert f"project.target_audience: {buyers}" in found.guessed


def test_wishes_for_footage_reach_the_scenes() -> None:
    brief = brief_from_text("3 variations of a TikTok ad for energy drinks with extreme sports footage").brief
    assert sum("extreme sports" in scene.intent for scene in brief.scenes) >= 2


def test_faces_are_allowed_when_asked_for() -> None:
    found = brief_from_text("Instagram ad for sunglasses with a smiling couple at the beach")
    assert found.brief.safety.allow_faces
    assert "safety.allow_faces: true (the wish asks for faces)" in found.guessed


def test_one_wish_one_brief() -> None:
    wish = "15 second ad for running shoes"
    assert brief_from_text(wish) == brief_from_text(wish)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ("  ", "There is no wish to read."),
        ("make it pop", "The wish does not say what is advertised."),
        ("ad for shoes " * 400, "The wish has 5200 characters; 4000 are read."),
    ],
)
def test_wishes_that_say_too_little_or_too_much(wish: str, message: str) -> None:
    with pytest.raises(UnusableInputError) as raised:
        brief_from_text(wish)
    assert raised.value.message == message


def test_an_unsafe_wish_stays_blocked() -> None:
    brief = brief_from_text("15 second ad for cocaine").brief
    assert preflight(brief, PreflightContext()).blocked


def test_the_better_the_wish_the_fewer_guesses(shared: Callable[[str], Path]) -> None:
    """The examples are published as minimal, standard, comprehensive and advanced, in this order."""
    page = shared("media/briefs/adcp_example-briefs_2.5.3.mdx").read_text(encoding="utf-8")
    wishes = re.findall(r'"brief": "(.*?)"\n\}', page, re.DOTALL)[:4]
    guesses = [len(brief_from_text(wish).guessed) for wish in wishes]
    assert guesses == sorted(guesses, reverse=True)
    assert guesses[0] > guesses[-1]


PIECES = st.sampled_from([
    "ad for", "15s", "a", "half a minute", "3 variations of", "{product}", "café", "$9", "“Volt”", "no music",
    "with", "running shoes", "by Acme", "that lasts", ",", ".", "#fff", "tiktok", "90 seconds", "headline",
    "CTA", "logo.png", "素敵な靴",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=14).map(" ".join))
def test_any_sentence_gives_a_sound_brief_or_one_clear_error(wish: str) -> None:
    try:
        found = brief_from_text(wish)
    except BriefError:
        raise
    except UnusableInputError:
        return
    assert load_brief(to_dict(found.brief)) == found.brief
    assert 1 <= found.variations <= 9
