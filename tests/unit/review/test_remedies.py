import pytest

from clappper.brief.templates import template
from clappper.review.remedies import findings_of
from clappper.review.tags import BY_CODE, TAGS


def test_every_tag_has_its_own_key_that_nothing_else_uses() -> None:
    keys = [tag.key for tag in TAGS]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set("JKLNRUBSWPX12345")
    assert set(BY_CODE) == {tag.code for tag in TAGS}


@pytest.mark.parametrize("code", ["off_prompt", "artifacts", "flicker", "bad_text", "hands_faces"])
def test_a_tag_becomes_fixes_that_settle_it(code: str) -> None:
    brief = template("product-offer")
    scene = brief.scenes[0]
    brief = brief.model_copy(
        update={"scenes": (scene.model_copy(update={"subject": None}), *brief.scenes[1:])}
    )
    found = findings_of(brief, [(scene.id, code)])
    assert found
    for finding in found:
        assert finding.fix is not None
        assert finding.code == f"review_{code}"
    for finding in found:
        brief = finding.fix.apply(brief) if finding.fix else brief
    assert not findings_of(brief, [(scene.id, code)])


def test_shots_of_a_scene_speak_for_the_scene_and_strangers_for_nobody() -> None:
    brief = template("product-offer")
    name = brief.scenes[0].id
    assert findings_of(brief, [(f"{name}.2", "flicker")])
    assert not findings_of(brief, [("gone", "flicker"), (name, "no_such_tag")])
