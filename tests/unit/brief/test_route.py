from dataclasses import replace
from typing import Any

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.brief.plan import plan
from clappper.brief.route import Engine, Route, engine_of, route, route_storyboard
from clappper.brief.schema import AdBrief, load_brief
from clappper.providers.contract import Capabilities, Kind, Price

EMBEDDED = Capabilities("motion", "studio-1", (Kind.TEXT_TO_VIDEO,), (0.1, 60.0), generative=False)
MUSIC = Capabilities("music", "bed-1", (Kind.MUSIC,), (1.0, 600.0), generative=False)
T2V = Capabilities(
    "replicate",
    "video-1",
    (Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO),
    (2.0, 5.0),
    aspects=("9:16", "16:9"),
    fps=(24.0,),
    price=Price("second", Money(50_000), "2026-11-01"),
)
CHEAP = Capabilities(
    "fal", "video-2", (Kind.TEXT_TO_VIDEO,), (2.0, 12.0), price=Price("second", Money(10_000), "2026-11-01")
)
COSMOS = Capabilities("cosmos", "transfer-1", (Kind.TRANSFER,), (1.0, 8.0))
RTX = Capabilities("omniverse", "rtx", (Kind.TEXT_TO_VIDEO,), (0.1, 60.0))
LOCAL = Capabilities("local3d", "raster", (Kind.TEXT_TO_VIDEO,), (0.1, 60.0), generative=False)
SEG = {"controls": {"segmap": ["seg.png"]}}
USD = {"product_usd": "watch.usd"}


def brief_of(scene: dict[str, Any], **changes: Any) -> AdBrief:
    first = {"id": "s1", "start_s": 0, "end_s": 4, "type": "lifestyle", "intent": "City evening", **scene}
    last = {"id": "s2", "start_s": first["end_s"], "end_s": 15, "type": "endcard", "intent": "Center product"}
    data: dict[str, Any] = {
        "project": {"name": "Auric", "target_audience": "buyers", "aspect": "9:16", "duration_s": 15},
        "product": {"name": "Auric S", "key_benefit": "Precise", "brand_colors": ["#D4AF37"]},
        "cta": {"headline": "Own it"},
        "scenes": [first, last],
    }
    for name, value in changes.items():
        data[name] = {**data.get(name, {}), **value}
    return load_brief(data)


def routed(brief: AdBrief, *models: Capabilities) -> Route:
    storyboard = plan(brief, cut_montages=False)
    return route(storyboard.scenes[0], storyboard, brief, models)


ALL = (EMBEDDED, MUSIC, T2V, CHEAP, COSMOS, RTX, LOCAL)


@pytest.mark.parametrize(
    ("scene", "changes", "engine", "rule", "field"),
    [
        ({"provider_hint": "t2v"}, {"assets": USD}, Engine.T2V, "hint", "scenes[0].provider_hint"),
        (
            {"provider_hint": "omniverse"},
            {"assets": USD},
            Engine.OMNIVERSE,
            "hint",
            "scenes[0].provider_hint",
        ),
        ({"provider_hint": "cosmos"}, {"assets": SEG}, Engine.COSMOS, "hint", "scenes[0].provider_hint"),
        ({"type": "packshot"}, {"assets": USD}, Engine.OMNIVERSE, "usd", "assets.product_usd"),
        ({"type": "packshot"}, {}, Engine.T2V, "default", "scenes[0].type"),
        (
            {"intent": "Exact framing of the box"},
            {"assets": USD},
            Engine.OMNIVERSE,
            "brand_strict",
            "scenes[0].intent",
        ),
        ({"end_s": 11}, {"assets": USD}, Engine.OMNIVERSE, "brand_strict", "scenes[0].end_s"),
        (
            {"structure_controls": {"use_seg": True}},
            {"assets": SEG},
            Engine.COSMOS,
            "controls",
            "scenes[0].structure_controls",
        ),
        (
            {"structure_controls": {"use_seg": True}},
            {"assets": SEG, "compute": {"quality": "draft"}},
            Engine.T2V,
            "draft",
            "compute.quality",
        ),
        (
            {"type": "packshot"},
            {"assets": USD, "compute": {"quality": "draft"}},
            Engine.OMNIVERSE,
            "usd",
            "assets.product_usd",
        ),
    ],
)
def test_each_rule_names_itself_and_its_field(
    scene: dict[str, Any], changes: dict[str, Any], engine: Engine, rule: str, field: str
) -> None:
    found = routed(brief_of(scene, **changes), *ALL)
    assert (found.engine, found.rule, found.field) == (engine, rule, field)


def test_an_end_card_is_not_sent_to_cosmos() -> None:
    found = routed(brief_of({"type": "endcard", "structure_controls": {"use_seg": True}}, assets=SEG), *ALL)
    assert found.engine is Engine.T2V


def test_with_nothing_but_the_embedded_generator_the_whole_way_is_told() -> None:
    found = routed(brief_of({"provider_hint": "cosmos"}), EMBEDDED, MUSIC)
    assert (found.provider, found.model, found.engine) == ("motion", "studio-1", Engine.EMBEDDED)
    assert found.reason == (
        "The scene asks for cosmos; cosmos without controls → t2v; "
        "no text-to-video model with a known price is ready → embedded motion."
    )


def test_omniverse_falls_back_over_local_3d() -> None:
    brief = brief_of({"provider_hint": "omniverse", "intent": "The watch in the evening"})
    found = routed(brief, EMBEDDED, LOCAL, CHEAP)
    assert found.engine is Engine.LOCAL_3D
    assert "no RTX renderer is set up → local 3D" in found.reason
    assert [choice.engine for choice in found.fallbacks] == [Engine.T2V, Engine.EMBEDDED]
    with_usd = routed(brief_of({"provider_hint": "omniverse"}, assets=USD), EMBEDDED)
    assert "no RTX renderer is set up → local 3D; no local 3D renderer is installed → t2v" in with_usd.reason


WATCH = {"type": "packshot", "intent": "Slow dolly-in on watch"}


def test_a_product_without_a_photo_is_built_in_3d_where_a_studio_model_stands_for_it() -> None:
    found = routed(brief_of(WATCH), *ALL)
    assert (found.engine, found.rule, found.field) == (Engine.OMNIVERSE, "studio", "product.name")
    assert routed(brief_of(WATCH), EMBEDDED, LOCAL, T2V).engine is Engine.LOCAL_3D
    without = routed(brief_of(WATCH), EMBEDDED)
    assert without.engine is Engine.EMBEDDED
    assert "no local 3D renderer is installed → t2v" in without.reason


def test_a_photo_is_worth_more_than_a_studio_model() -> None:
    found = routed(brief_of(WATCH, assets={"product_images": ["watch.jpg"]}), *ALL)
    assert found.rule == "default"


def test_a_studio_model_that_is_asked_for_goes_before_photos_and_before_drafts() -> None:
    scene, photo = {**WATCH, "studio": {"product": "watch"}}, {"product_images": ["watch.jpg"]}
    brief = brief_of(scene, assets=photo, compute={"quality": "draft"})
    found = routed(brief, EMBEDDED, LOCAL, T2V)
    assert (found.engine, found.rule, found.field) == (Engine.LOCAL_3D, "studio", "scenes[0].studio.product")
    without = routed(brief, EMBEDDED)
    assert "no local 3D renderer is installed → t2v" in without.reason


def test_3d_does_not_show_what_it_has_no_model_of() -> None:
    found = routed(brief_of({"provider_hint": "omniverse"}), EMBEDDED, LOCAL)
    assert "no 3D model of the product → t2v" in found.reason


def test_a_control_that_is_not_given_does_not_count() -> None:
    brief = brief_of({"structure_controls": {"use_depth": True}}, assets=SEG)
    assert routed(brief, *ALL).engine is Engine.T2V


def test_the_cheaper_model_is_preferred_and_fallbacks_are_named() -> None:
    found = routed(brief_of({}), *ALL)
    assert (found.provider, found.model) == ("fal", "video-2")
    assert [choice.model for choice in found.fallbacks] == ["video-1", "studio-1"]


def test_what_people_liked_breaks_ties_and_nothing_else() -> None:
    twin = replace(CHEAP, provider="zeta")
    brief = brief_of({})
    storyboard = plan(brief, cut_montages=False)

    def likes_zeta(scene_type: str, provider: str) -> float:
        return 0.8 if (scene_type, provider) == ("lifestyle", "zeta") else 0.1

    def chosen(*models: Capabilities) -> str:
        return route(storyboard.scenes[0], storyboard, brief, models, likes_zeta).provider

    assert routed(brief, CHEAP, twin).provider == "fal"
    assert chosen(CHEAP, twin) == "zeta"
    dear = replace(twin, price=T2V.price)
    assert chosen(CHEAP, dear) == "fal"


def test_pictures_become_motion_where_the_model_can() -> None:
    brief = brief_of({}, assets={"product_images": ["watch.png"]})
    assert routed(brief, T2V).choice.kind is Kind.IMAGE_TO_VIDEO
    assert routed(brief, CHEAP).choice.kind is Kind.TEXT_TO_VIDEO


def test_other_rates_are_noted_and_other_aspects_are_refused() -> None:
    choice = routed(brief_of({}), T2V).choice
    assert choice.fps == 24.0
    assert [issue.field for issue in choice.issues] == ["project.fps"]
    with pytest.raises(ClappperError, match=r"no t2v model makes 1:1; no embedded generator"):
        routed(brief_of({}, project={"aspect": "1:1"}), T2V)


def test_short_shots_ask_for_the_shortest_clip() -> None:
    brief = brief_of({"end_s": 1.5})
    assert routed(brief, CHEAP).choice.seconds == 2.0


def test_too_long_shots_are_cut_until_they_fit() -> None:
    brief = brief_of({"end_s": 9})
    storyboard, routes = route_storyboard(plan(brief), brief, (T2V,))
    assert len(storyboard.scenes) > 2
    assert set(routes) == {shot.id for shot in storyboard.scenes}
    assert all(storyboard.footage_seconds(shot) <= 5.0 for shot in storyboard.scenes)
    assert not any(found.is_too_long for found in routes.values())


def test_keyframes_come_from_usd_or_pictures() -> None:
    keyframes = {"ip_frame_mode": "keyframes_plus_fill"}
    assert routed(brief_of({}, compute=keyframes), *ALL).keyframes == "t2i"
    assert routed(brief_of({}, compute=keyframes, assets=USD), *ALL).keyframes == "omniverse"
    assert routed(brief_of({}, compute=keyframes), EMBEDDED).keyframes == ""


def test_models_know_their_engine() -> None:
    scenes = [
        Capabilities("usd_scene", name, (Kind.TEXT_TO_VIDEO,), (0.1, 60.0)) for name in ("rtx", "local")
    ]
    assert [engine_of(model) for model in scenes] == [Engine.OMNIVERSE, Engine.LOCAL_3D]
    assert [engine_of(model) for model in ALL] == [
        Engine.EMBEDDED,
        None,
        Engine.T2V,
        Engine.T2V,
        Engine.COSMOS,
        Engine.OMNIVERSE,
        Engine.LOCAL_3D,
    ]


def test_prices_are_compared_a_second_and_time_on_a_card_has_none() -> None:
    clip = replace(CHEAP, provider="luma", model="by-clip", price=Price("clip", Money(20_000), "2026"))
    card = replace(CHEAP, provider="other", model="by-card", price=Price("gpu_second", Money(10), "2026"))
    chosen = routed(brief_of({}), card, CHEAP, replace(clip, durations=(5.0, 10.0)))
    assert [chosen.model, *(one.model for one in chosen.fallbacks)] == ["by-clip", "video-2", "by-card"]


def test_what_does_not_read_the_scene_is_the_last_choice() -> None:
    blind = replace(CHEAP, model="mover", reads_prompt=False, price=None)
    chosen = routed(brief_of({}), blind, T2V)
    assert [chosen.model, *(one.model for one in chosen.fallbacks)] == ["video-1", "mover"]
    assert any("without reading" in issue.message for issue in chosen.fallbacks[0].issues)
