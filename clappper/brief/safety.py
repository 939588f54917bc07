"""What must not be made, said or claimed: read in every text of a brief that a viewer may see or hear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from clappper.brief import fixes, lexicons
from clappper.brief.findings import Finding, PreflightContext, Severity
from clappper.brief.fixes import Fix
from clappper.brief.lexicons import SafetyRule
from clappper.brief.schema import AdBrief, Scene
from clappper.brief.words import Lexicon

NAMES_MAY = frozenset({"trademark", "minors"})
"""Rules that a product's own name may break: it is its brand, and "kids' shoes" show no kids."""
SCENE_TEXTS = ("intent", "t2v_prompt", "subject", "action", "setting", "lighting", "style")


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a brief with its field path; ``scene_id`` is empty outside scenes and for set type."""

    field: str
    text: str
    scene_id: str = ""


def passages(brief: AdBrief) -> tuple[Passage, ...]:
    """List every text that reaches a viewer or a generator."""
    product, cta = brief.product, brief.cta
    spoken_and_set = {
        "product.name": product.name,
        "product.key_benefit": product.key_benefit,
        "product.price_text": product.price_text,
        "cta.headline": cta.headline,
        "cta.subhead": cta.subhead,
        "cta.button_text": cta.button_text,
        "cta.legal_disclaimer": cta.legal_disclaimer,
        "audio.script": brief.audio.script,
    }
    found = [Passage(field, text) for field, text in spoken_and_set.items() if text]
    for number, scene in enumerate(brief.scenes):
        found.extend(_scene_passages(number, scene))
    return tuple(found)


def _scene_passages(number: int, scene: Scene) -> Iterator[Passage]:
    for name in SCENE_TEXTS:
        if text := getattr(scene, name):
            yield Passage(f"scenes[{number}].{name}", text, scene.id)
    for place, beat in enumerate(scene.beats):
        yield Passage(f"scenes[{number}].beats[{place}].action", beat.action, scene.id)
    for place, block in enumerate(scene.overlays.text_blocks):
        yield Passage(f"scenes[{number}].overlays.text_blocks[{place}].text", block.text)


def check_safety(brief: AdBrief, context: PreflightContext) -> Iterator[Finding]:
    """Report unsafe content, banned terms, faces that are not allowed, and words that filters misread."""
    for passage in passages(brief):
        yield from _broken_rules(brief, passage)
        yield from _banned_terms(brief, passage)
    for number, scene in enumerate(brief.scenes):
        yield from _risky_words(number, scene)
        if not brief.safety.allow_faces:
            yield from _faces(number, scene, context)


def _broken_rules(brief: AdBrief, passage: Passage) -> Iterator[Finding]:
    own_names = f"{brief.product.name} {brief.project.name}".lower()
    for rule, term in _unwanted(passage.text):
        if rule.seen_only and not passage.scene_id:
            continue
        if rule.code not in NAMES_MAY or term not in own_names:
            message = f"“{term}”: {rule.message}"
            yield Finding(
                rule.code, _severity(brief, rule), message, passage.field, _leave_out(passage, term)
            )


@lru_cache(maxsize=4096)
def _unwanted(text: str) -> tuple[tuple[SafetyRule, str], ...]:
    return tuple((rule, term) for rule in lexicons.safety_rules() for term in rule.lexicon.wanted(text))


def _severity(brief: AdBrief, rule: SafetyRule) -> Severity:
    """Give the rule's own severity, raised when the brief bans the whole kind by name."""
    banned = {term.lower() for term in brief.safety.banned_terms}
    return Severity.MUST_FIX if banned & set(rule.names) else Severity(rule.severity)


def _banned_terms(brief: AdBrief, passage: Passage) -> Iterator[Finding]:
    kinds = {name for rule in lexicons.safety_rules() for name in rule.names}
    terms = [
        term
        for term in brief.safety.banned_terms
        if term.lower() not in kinds and any(map(str.isalnum, term))
    ]
    for term in Lexicon(terms).wanted(passage.text):
        message = f"“{term}” is among this brief's banned terms."
        yield Finding("banned_term", Severity.MUST_FIX, message, passage.field, _leave_out(passage, term))


def _leave_out(passage: Passage, term: str) -> Fix | None:
    """Take an unwanted term out of a scene; the texts of the ad itself are a person's to rewrite."""
    return fixes.drop_phrase(passage.scene_id, term) if passage.scene_id else None


def _risky_words(number: int, scene: Scene) -> Iterator[Finding]:
    text = ". ".join(passage.text for passage in _scene_passages(number, scene) if passage.scene_id)
    for word in lexicons.risky_words().wanted(text):
        message = f"“{word}” may be refused. {lexicons.risk_of(word)}"
        yield Finding("refusal_risk", Severity.WARNING, message, f"scenes[{number}].intent")


def _faces(number: int, scene: Scene, context: PreflightContext) -> Iterator[Finding]:
    severity = Severity.MUST_FIX if context.is_generative(scene) else Severity.WARNING
    text = ". ".join(passage.text for passage in _scene_passages(number, scene) if passage.scene_id)
    for term in lexicons.face_words().wanted(text):
        message = f"“{term}” asks for a face, and safety.allow_faces is false."
        field = f"scenes[{number}].intent"
        yield Finding("faces_not_allowed", severity, message, field, fixes.drop_phrase(scene.id, term))
