from typing import Any

import pytest

from clappper.brief.schema import AdBrief, load_brief
from clappper.flow.assembling.sound import mood_of, music_request


def brief(**style: Any) -> AdBrief:
    return load_brief(
        {
            "project": {"name": "Tide", "target_audience": "swimmers", "aspect": "9:16", "duration_s": 9},
            "product": {
                "name": "Tide One",
                "key_benefit": "stays dry",
                "brand_colors": ["#0AF"],
                "style_pack": style,
            },
            "cta": {"headline": "Dive in"},
            "scenes": [{"id": "a", "start_s": 0, "end_s": 9, "type": "lifestyle", "intent": "A shore"}],
        }
    )


@pytest.mark.parametrize(
    ("style", "mood"),
    [
        ({"visual_style": ["luxury"]}, "luxury"),
        ({"visual_style": ["high energy"]}, "energetic"),
        ({"visual_style": ["brutalist"], "palette_hint": "warm"}, "warm"),
        ({}, "neutral"),
    ],
)
def test_the_style_words_choose_the_mood(style: dict[str, Any], mood: str) -> None:
    assert mood_of(brief(**style))[0] == mood


def test_the_music_is_as_long_as_the_ad_and_keeps_a_given_tempo() -> None:
    wish = brief()
    asked = music_request(wish, seed=3)
    assert (asked.seconds, asked.seed, asked.extra["sections"]) == (9.0, 3, [0.0])
    audio = wish.audio.model_copy(update={"music_bpm": 93})
    assert music_request(wish.model_copy(update={"audio": audio}), seed=3).extra["bpm"] == 93
