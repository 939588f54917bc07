"""Scenes stay end to end over the whole ad, whatever is done with them."""

import pytest

from clappper.base.errors import ClappperError
from clappper.brief.findings import PreflightContext
from clappper.brief.lint import check_times
from clappper.brief.scenes import add_scene, duplicate_scene, move_scene, remove_scene, scene_title
from clappper.brief.schema import AdBrief
from clappper.brief.templates import template

BRIEF = template("brand-story")
LAST = len(BRIEF.scenes) - 1


def ids(brief: AdBrief) -> list[str]:
    return [scene.id for scene in brief.scenes]


@pytest.mark.parametrize(
    "changed",
    [
        add_scene(BRIEF, "classic-packshot", 0),
        duplicate_scene(BRIEF, 1),
        remove_scene(BRIEF, 1),
        move_scene(BRIEF, 0, LAST),
    ],
    ids=["add", "duplicate", "remove", "move"],
)
def test_time_stays_whole(changed: AdBrief) -> None:
    assert list(check_times(changed, PreflightContext())) == []
    assert changed.scenes[-1].end_s == BRIEF.project.duration_s


def test_a_moved_scene_keeps_its_length_and_comes_where_it_was_put() -> None:
    moved = move_scene(BRIEF, 0, LAST)
    assert ids(moved)[-1] == ids(BRIEF)[0]
    assert moved.scenes[-1].seconds == pytest.approx(BRIEF.scenes[0].seconds, abs=0.011)


def test_a_new_scene_has_an_id_of_its_own() -> None:
    twice = add_scene(add_scene(BRIEF, "end-card", 0), "end-card", 1)
    assert ids(twice)[1:3] == ["end-card", "end-card-2"]
    assert len(set(ids(twice))) == len(ids(twice))


def test_the_last_scene_stays() -> None:
    alone = BRIEF.model_copy(update={"scenes": BRIEF.scenes[:1]})
    with pytest.raises(ClappperError, match="at least one scene"):
        remove_scene(alone, 0)


def test_a_shot_is_named_by_its_scene() -> None:
    second = BRIEF.scenes[1]
    assert scene_title(BRIEF, second.id) == f"2 {second.type.capitalize()}"
    assert scene_title(BRIEF, f"{second.id}.3") == f"2.3 {second.type.capitalize()}"
    assert scene_title(BRIEF, "music") == "music"
