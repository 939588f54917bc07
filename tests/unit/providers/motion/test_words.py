from __future__ import annotations

import pytest

from clappper.providers.motion.air import KINDS
from clappper.providers.motion.environments import MOTIFS
from clappper.providers.motion.textures import GOBOS, SURFACES
from clappper.providers.motion.words import lexicon, read


@pytest.mark.parametrize(
    ("intent", "environment"),
    [
        ("Elegant macro spin, warm highlights, city bokeh", "city"),
        ("Morning coffee on the kitchen table", "kitchen"),
        ("Runner by the ocean, sandy beach", "beach"),
        ("Backpack in the forest, dappled leaves", "nature"),
        ("Neon club night", "neon"),
        ("Zzz", ""),
    ],
)
def test_words_name_a_place(intent: str, environment: str) -> None:
    assert read(intent, "").environment == environment


def test_words_set_light_and_temper() -> None:
    reading = read("Slow dolly-in, soft top light, gold reflections", "luxury")
    assert {"top", "sweep"} <= reading.lighting
    assert "calm" in reading.traits
    assert reading.temperature == "warm"
    assert reading.dark
    assert read("bright airy", "").dark is False
    assert read("a box", "").dark is None


def test_the_lexicon_names_only_what_can_be_painted() -> None:
    for place in lexicon()["environment"].values():
        assert set(place["motifs"]) <= set(MOTIFS)
        assert place["surface"] in SURFACES
        assert place["air"] in KINDS
        assert place.get("gobo", "leaves") in {*GOBOS, "caustics"}
        assert all(word == word.lower() for word in place["words"])
