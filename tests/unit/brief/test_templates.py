from itertools import pairwise

import pytest

from clappper.base.errors import UnusableInputError
from clappper.brief import lexicons
from clappper.brief.findings import PreflightContext
from clappper.brief.preflight import preflight
from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.brief.templates import (
    TEMPLATES,
    Story,
    preset,
    presets,
    scene_count,
    scenes_of,
    template,
    template_for,
)
from clappper.providers.contract import Capabilities, Kind

EMBEDDED = Capabilities("motion", "studio-1", (Kind.TEXT_TO_VIDEO,), (0.5, 60), generative=False)
GENERATIVE = Capabilities("cloud", "dream-1", (Kind.TEXT_TO_VIDEO,), (2, 10))


def made_by(brief: AdBrief, model: Capabilities) -> PreflightContext:
    return PreflightContext(capabilities={scene.id: model for scene in brief.scenes})


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("model", [EMBEDDED, GENERATIVE], ids=["embedded", "generative"])
def test_templates_pass_as_they_stand(name: str, model: Capabilities) -> None:
    brief = template(name)
    card = preflight(brief, made_by(brief, model))
    assert card.passed
    assert card.overall >= 85
    assert load_brief(to_dict(brief)) == brief


def test_every_objective_has_a_template() -> None:
    assert sorted(TEMPLATES) == sorted(lexicons.table("templates"))
    for objective in ("awareness", "conversion", "ugc", "launch"):
        assert template(template_for(objective)).project.objective == objective


def test_an_unknown_template_names_the_nearest() -> None:
    with pytest.raises(UnusableInputError, match=r"no template big-reveil\. Did you mean big-reveal"):
        template("big-reveil")


@pytest.mark.parametrize("seconds", range(8, 61))
def test_scenes_fill_an_ad_of_any_length(seconds: int) -> None:
    scenes = scenes_of("product-offer", Story("Lamp", "Lights the road", category="bicycle"), seconds)
    assert len(scenes) == scene_count(seconds)
    assert scenes[0]["start_s"] == 0
    assert scenes[-1]["end_s"] == seconds
    assert scenes[-1]["type"] == "endcard"
    assert all(a["end_s"] == b["start_s"] for a, b in pairwise(scenes))
    assert all(2 <= scene["end_s"] - scene["start_s"] <= 5.5 for scene in scenes)


def test_presets_are_whole_scenes() -> None:
    titles = presets()
    assert {"Classic packshot", "Lifestyle macro", "End card"} <= set(titles.values())
    for name in titles:
        scene = preset(name, Story("Lamp {x}", "Lights {y}", price="$5"), scene_id="a", start=1, end=4)
        assert scene.subject
        assert scene.lighting
        assert scene.camera is not None
        assert "{product}" not in repr(scene)


def test_overlays_show_only_what_there_is() -> None:
    bare = preset("end-card", Story("Lamp", "Bright", has_logo=False), scene_id="a", start=0, end=3)
    assert not bare.overlays.show_logo
    assert not bare.overlays.show_price
    wordy = preset("benefit-moment", Story("Lamp", "word " * 20), scene_id="a", start=0, end=3)
    assert wordy.overlays.text_blocks == ()


def test_goods_of_a_kind_shape_the_scenes() -> None:
    shoes = preset("in-use", Story("Runner", "Light", category="footwear"), scene_id="a", start=0, end=3)
    assert "laces" in shoes.intent
    assert set(lexicons.table("subjects")["products"]) <= set(lexicons.table("goods"))
