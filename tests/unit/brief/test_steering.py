"""Which control picture steers which scene."""

from typing import Any

import pytest

from clappper.brief.schema import load_brief
from clappper.brief.steering import given_controls

FOLLOWING = {"structure_controls": {"use_seg": True}}


@pytest.mark.parametrize(
    ("maps", "found"),
    [
        (["one.png"], ["one.png", "", "one.png"]),
        (["a.png", "b.png"], ["a.png", "", "b.png"]),
        (["a.png", "b.png", "c.png"], ["a.png", "", "b.png"]),
        ([], ["", "", ""]),
    ],
)
def test_one_map_is_for_all_and_several_are_for_those_that_follow(
    minimal: dict[str, Any], maps: list[str], found: list[str]
) -> None:
    scenes = [
        {
            "id": f"s{place}",
            "start_s": place,
            "end_s": place + 1,
            "type": "lifestyle",
            "intent": "A lamp",
            **more,
        }
        for place, more in enumerate((FOLLOWING, {}, FOLLOWING))
    ]
    brief = load_brief(minimal | {"scenes": scenes, "assets": {"controls": {"segmap": maps}}})
    given = [given_controls(brief, scene).get("seg", ("", ""))[1] for scene in brief.scenes]
    assert given == found
