import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clappper.base.units import Money
from clappper.brief import rubric
from clappper.brief.findings import PreflightContext, Severity
from clappper.brief.preflight import apply_all_fixes, explain, preflight
from clappper.brief.reading import read_shot
from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.brief.words import read
from clappper.providers.contract import Capabilities, Estimate, Kind

NOTHING_KNOWN = PreflightContext()
EMBEDDED = Capabilities("motion", "studio-1", (Kind.TEXT_TO_VIDEO,), (0.5, 60), generative=False)
GENERATIVE = Capabilities("cloud", "dream-1", (Kind.TEXT_TO_VIDEO,), (2, 10), aspects=("9:16",), fps=(24, 30))


def all_made_by(brief: AdBrief, model: Capabilities) -> PreflightContext:
    return PreflightContext(capabilities={scene.id: model for scene in brief.scenes})


def test_weights_make_a_hundred() -> None:
    assert sum(rubric.WEIGHTS.values()) == 100


def test_the_reference_brief_stops_at_its_score_and_its_fixes_carry_it_over(auric: dict[str, Any]) -> None:
    brief = load_brief(auric)
    context = all_made_by(brief, EMBEDDED)
    card = preflight(brief, context)
    assert card.must_fix == ()
    assert [f.code for f in card.findings if f.severity is Severity.WARNING] == ["cosmos_without_controls"]
    fixed, applied = apply_all_fixes(brief, context)
    after = preflight(fixed, context)
    assert after.overall >= 80 > card.overall
    assert after.passed
    assert len(applied) >= 5
    assert load_brief(to_dict(fixed)) == fixed


def test_fixes_carry_generated_scenes_over_too(auric: dict[str, Any]) -> None:
    brief = load_brief(auric)
    context = all_made_by(brief, GENERATIVE)
    assert preflight(brief, context).must_fix
    fixed, _ = apply_all_fixes(brief, context)
    assert preflight(fixed, context).passed


def test_the_score_does_not_depend_on_what_was_read_before(auric: dict[str, Any]) -> None:
    first = preflight(load_brief(auric), NOTHING_KNOWN).categories
    read_shot.cache_clear()
    read.cache_clear()
    assert preflight(load_brief(auric), NOTHING_KNOWN).categories == first


def test_every_fix_says_what_it_gains(auric: dict[str, Any]) -> None:
    brief = load_brief(auric)
    card = preflight(brief, NOTHING_KNOWN)
    for finding in card.findings:
        if finding.fix is None:
            assert finding.score_delta is None
        else:
            after = preflight(finding.fix.apply(brief), NOTHING_KNOWN)
            assert finding.score_delta == after.overall - card.overall
            assert finding.score_delta >= 0


def test_a_must_fix_blocks_any_score(auric: dict[str, Any]) -> None:
    fixed, _ = apply_all_fixes(load_brief(auric), NOTHING_KNOWN)
    plain = to_dict(fixed)
    plain["cta"]["headline"] = "Cures cancer"
    card = preflight(load_brief(plain), NOTHING_KNOWN)
    assert card.overall >= 80
    assert card.blocked
    assert apply_all_fixes(load_brief(plain), NOTHING_KNOWN)[0].cta.headline == "Cures cancer"


def test_a_wrecked_brief_is_repaired(minimal: dict[str, Any]) -> None:
    minimal["project"]["duration_s"] = 20
    minimal["audio"] = {"mode": "both"}
    minimal["scenes"] = [
        {
            "id": "a",
            "start_s": 1,
            "end_s": 6,
            "type": "packshot",
            "intent": "Static camera, dolly in on an amazing lamp",
        },
        {"id": "b", "start_s": 5, "end_s": 9, "type": "lifestyle", "intent": "Sunset ride, no warm tones"},
        {
            "id": "c",
            "start_s": 14,
            "end_s": 20,
            "type": "endcard",
            "intent": "Nice end card",
            "overlays": {"show_price": True},
        },
    ]
    brief = load_brief(minimal)
    context = all_made_by(brief, EMBEDDED)
    codes = {f.code for f in preflight(brief, context).must_fix}
    assert codes >= {"scene_gap", "scene_overlap", "logo_missing", "ad_without_beats", "voice_missing"}
    fixed, _ = apply_all_fixes(brief, context)
    assert preflight(fixed, context).passed


def test_cost_risk_and_prediction(minimal: dict[str, Any]) -> None:
    brief = load_brief(minimal)
    estimate = Estimate(Money.dollars(1), Money.dollars(2), (60, 90), "price list")
    card = preflight(brief, PreflightContext(estimate=lambda _: estimate, predict=lambda _: 0.25))
    assert (card.cost_risk, card.estimate, card.predicted) == (40, estimate, 0.25)
    unknown = preflight(brief, NOTHING_KNOWN)
    assert (unknown.cost_risk, unknown.predicted) == (None, None)


def test_the_explanation_names_what_blocks_and_what_helps(minimal: dict[str, Any]) -> None:
    brief = load_brief(minimal)
    text = explain(brief, preflight(brief, NOTHING_KNOWN))
    assert "Blocked by 1 must-fix:" in text
    assert "product.logo: Scene s1 needs a logo" in text
    assert "Fix: Make the ad without a logo (+" in text
    assert "rhythm" in text


def scored(data: dict[str, Any], prompt: str) -> int:
    scene = {"id": "s", "start_s": 0, "end_s": 8, "type": "lifestyle", "intent": prompt}
    safety = {"allow_faces": True}
    return preflight(load_brief(data | {"scenes": [scene], "safety": safety}), NOTHING_KNOWN).overall


def test_detailed_prompts_score_clearly_above_bare_ones(
    minimal: dict[str, Any], shared: Callable[[str], Path]
) -> None:
    with shared("data/vbench-prompts/prompts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::40]
    gains = [scored(minimal, row["gpt_enhanced_prompt"]) - scored(minimal, row["prompt"]) for row in rows]
    assert len(gains) >= 20
    assert min(gains) > 0
    assert sum(gains) / len(gains) > 25


def test_preflight_is_instant(auric: dict[str, Any]) -> None:
    brief = load_brief(auric)
    preflight(brief, NOTHING_KNOWN)
    begun = time.process_time()
    for _ in range(10):
        preflight(brief, NOTHING_KNOWN)
    assert (time.process_time() - begun) / 10 < 0.05


@pytest.mark.parametrize("name", sorted(rubric.WEIGHTS))
def test_each_category_tells_a_poor_brief_from_a_rich_one(
    name: str, auric: dict[str, Any], minimal: dict[str, Any]
) -> None:
    minimal["scenes"][0] |= {"type": "lifestyle", "intent": "very nice sexy gun bomb stuff"}
    poor = load_brief(minimal)
    rich, _ = apply_all_fixes(load_brief(auric), NOTHING_KNOWN)
    scores = [
        {category.name: category.score for category in preflight(brief, NOTHING_KNOWN).categories}[name]
        for brief in (poor, rich)
    ]
    assert scores[0] < 70 <= scores[1]


def test_a_brief_of_very_many_scenes_is_still_judged(minimal: dict[str, Any]) -> None:
    scenes = [
        {"id": f"s{n}", "start_s": n / 15, "end_s": (n + 1) / 15, "type": "montage", "intent": "nice stuff"}
        for n in range(120)
    ]
    card = preflight(load_brief(minimal | {"scenes": scenes}), NOTHING_KNOWN)
    assert card.blocked
    assert any(finding.score_delta is not None for finding in card.findings)
