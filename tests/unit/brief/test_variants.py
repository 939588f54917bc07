from typing import Any

import pytest

from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.brief.variants import variations


@pytest.fixture
def brief() -> AdBrief:
    return load_brief(
        {
            "project": {"name": "Auric Q4", "target_audience": "buyers", "aspect": "1:1", "duration_s": 15},
            "product": {"name": "Auric S", "key_benefit": "Precise", "brand_colors": ["#D4AF37"]},
            "cta": {"headline": "Own it"},
            "scenes": [
                {"id": "s1", "start_s": 0, "end_s": 9, "type": "packshot", "intent": "Watch on stone"},
                {"id": "s2", "start_s": 9, "end_s": 15, "type": "endcard", "intent": "Center product"},
            ],
        }
    )


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {k: v for key, item in value.items() for k, v in _leaves(item, f"{path}.{key}").items()}
    if isinstance(value, list):
        return {k: v for key, item in enumerate(value) for k, v in _leaves(item, f"{path}[{key}]").items()}
    return {path: value}


def test_three_variations_change_hook_shot_and_call_to_action(brief: AdBrief) -> None:
    found = variations(brief, 3)
    assert [variation.variable for variation in found] == ["hook", "shot", "cta"]
    assert [variation.name for variation in found] == [
        "auric-q4_hook_benefit",
        "auric-q4_shot_orbit",
        "auric-q4_cta_discover-more",
    ]
    assert all(variation.hypothesis.endswith(".") for variation in found)


def test_a_variation_changes_one_thing_and_stays_a_brief(brief: AdBrief) -> None:
    original = _leaves(to_dict(brief))
    prefixes = {
        "hook": ".scenes[0].overlays.text_blocks",
        "shot": ".scenes[0].camera",
        "cta": ".cta.button_text",
    }
    for variation in variations(brief, 6):
        data = to_dict(variation.brief)
        assert load_brief(data) == variation.brief
        changed = {path for path, value in _leaves(data).items() if original.get(path) != value}
        assert changed
        assert all(path.startswith(prefixes[variation.variable]) for path in changed)


def test_variations_are_different_and_end(brief: AdBrief) -> None:
    found = variations(brief, 99)
    assert len({variation.name for variation in found}) == len(found) < 99
    assert variations(brief, 0) == ()
