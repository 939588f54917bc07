from typing import Any

import pytest

from clappper.brief.findings import Finding, PreflightContext, Severity
from clappper.brief.safety import check_safety, passages
from clappper.brief.schema import AdBrief, load_brief
from clappper.providers.contract import Capabilities, Kind

GENERATIVE = Capabilities("cloud", "dream-1", (Kind.TEXT_TO_VIDEO,), (2, 10))


def remarks(brief: AdBrief, context: PreflightContext | None = None) -> list[Finding]:
    return list(check_safety(brief, context or PreflightContext()))


def with_text(data: dict[str, Any], field: str, text: str) -> AdBrief:
    section, name = field.split(".")
    if section == "overlay":
        data["scenes"][0]["overlays"] = {"text_blocks": [{"text": text}]}
    elif section == "scene":
        data["scenes"][0][name] = text
    else:
        data.setdefault(section, {})[name] = text
    return load_brief(data)


@pytest.mark.parametrize(
    "field",
    [
        "product.key_benefit",
        "cta.headline",
        "cta.legal_disclaimer",
        "audio.script",
        "overlay.text",
        "scene.intent",
        "scene.t2v_prompt",
    ],
)
def test_every_text_is_read(minimal: dict[str, Any], field: str) -> None:
    brief = with_text(minimal, field, "Our cream cures cancer, naturally")
    (finding,) = remarks(brief)
    assert finding.code == "claim_medical"
    assert finding.severity is Severity.MUST_FIX
    assert (finding.fix is not None) == field.startswith("scene")
    if finding.fix is not None:
        assert remarks(finding.fix.apply(brief)) == []


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("Naked dancer on a table", "unsafe_nudity", "must_fix"),
        ("Blood splatter on the wall", "unsafe_violence", "must_fix"),
        ("Guaranteed returns on every coin", "claim_financial", "must_fix"),
        ("Taylor Swift drinks it", "celebrity", "must_fix"),
        ("An assault rifle on a table", "unsafe_weapons", "must_fix"),
        ("A child plays with the lamp", "minors", "warning"),
        ("The lamp beside an iPhone", "trademark", "warning"),
        ("The world's best lamp", "claim_absolute", "warning"),
        ("A pistol on the table", "refusal_risk", "warning"),
    ],
)
def test_kinds(minimal: dict[str, Any], text: str, code: str, severity: str) -> None:
    found = [(f.code, f.severity.value) for f in remarks(with_text(minimal, "scene.intent", text))]
    assert (code, severity) in found


@pytest.mark.parametrize(
    "text",
    [
        "Nude tones on marble, no guns, without children",
        "A bath bomb fizzes beside a baby blue towel",
        "Visible to the naked eye, watch face in close-up",
        "Grapes and rapeseed on a Formica table",
    ],
)
def test_harmless_words(minimal: dict[str, Any], text: str) -> None:
    assert remarks(with_text(minimal, "scene.intent", text)) == []


def test_a_brand_may_name_itself(minimal: dict[str, Any]) -> None:
    minimal["product"]["name"] = "Sony WH-1000"
    assert remarks(with_text(minimal, "cta.headline", "Hear the Sony sound")) == []


def test_banned_terms(minimal: dict[str, Any]) -> None:
    minimal["safety"] = {"banned_terms": ["cheap", "competitors", "!!!"]}
    brief = with_text(minimal, "cta.headline", "Cheap lamps, better than Dyson")
    assert [(f.code, f.severity) for f in remarks(brief)] == [
        ("trademark", Severity.MUST_FIX),
        ("banned_term", Severity.MUST_FIX),
    ]


def test_faces(minimal: dict[str, Any]) -> None:
    brief = with_text(minimal, "scene.intent", "A smiling cyclist fixes the lamp")
    assert [(f.code, f.severity) for f in remarks(brief)] == [("faces_not_allowed", Severity.WARNING)]
    (finding,) = remarks(brief, PreflightContext(capabilities={"s1": GENERATIVE}))
    assert finding.severity is Severity.MUST_FIX
    assert finding.fix is not None
    assert finding.fix.apply(brief).scenes[0].intent == "A cyclist fixes the lamp"
    minimal["safety"] = {"allow_faces": True}
    assert remarks(load_brief(minimal)) == []


def test_passages_name_their_fields(auric: dict[str, Any]) -> None:
    fields = [passage.field for passage in passages(load_brief(auric))]
    assert "scenes[3].overlays.text_blocks[0].text" in fields
    assert "cta.headline" in fields
    assert len(fields) == len(set(fields))
