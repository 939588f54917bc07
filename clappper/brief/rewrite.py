"""Other ways to say a brief, by rule: each rewrite has a plan, keeps the brief's facts, and is scored.

No language model is needed; a brief that says enough already is left alone. The original is never lost:
a rewrite is only offered.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from clappper.brief import fixes, lexicons
from clappper.brief.findings import PreflightContext
from clappper.brief.preflight import Scorecard, apply_all_fixes, preflight
from clappper.brief.reading import PARTS, Part, read_shot, scene_text
from clappper.brief.schema import AdBrief, Scene

MOST = 3
FIELDS = ("intent", "t2v_prompt", "subject", "action", "setting", "lighting", "style")
Change = Callable[[AdBrief, Scene], Scene]


@dataclass(frozen=True, slots=True)
class WordChange:
    """What one field said and says. ``pieces`` are (same, added or removed; words) in reading order."""

    field: str
    before: str
    after: str

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        return tuple(_pieces(self.before.split(), self.after.split()))


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One offer: what it did, the new brief and how it scores against the original.

    ``chance`` is the predictor's, None without one.
    """

    title: str
    brief: AdBrief
    score: int
    score_delta: int
    must_fixes: int
    chance: float | None
    changes: tuple[WordChange, ...]


def rewrites(brief: AdBrief, context: PreflightContext) -> tuple[Rewrite, ...]:
    """Offer up to three rewrites that are better than the brief, the best first.

    None has more must-fixes than the brief, or a lower score.
    """
    before = preflight(brief, context)
    offers: list[Rewrite] = []
    for title, plan in PLANS:
        better = plan(brief, context)
        card = preflight(better, context)
        worse = len(card.must_fix) > len(before.must_fix) or card.overall < before.overall
        if better != brief and not worse and all(better != offer.brief for offer in offers):
            offers.append(_offer(title, brief, better, before, card))
    return tuple(sorted(offers, key=_merit, reverse=True)[:MOST])


def _offer(title: str, brief: AdBrief, better: AdBrief, before: Scorecard, card: Scorecard) -> Rewrite:
    return Rewrite(
        title,
        better,
        card.overall,
        card.overall - before.overall,
        len(card.must_fix),
        card.predicted,
        tuple(changed_words(brief, better)),
    )


def _merit(offer: Rewrite) -> tuple[int, int, float]:
    return -offer.must_fixes, offer.score, offer.chance or 0.0


def _mended(brief: AdBrief, context: PreflightContext) -> AdBrief:
    """Apply what preflight itself would: must-fixes and suggestions that help."""
    return apply_all_fixes(brief, context)[0]


def _concrete(brief: AdBrief, _: PreflightContext) -> AdBrief:
    """Say everything a camera needs: no vague word, no open part, a shot size, a lens of its own."""
    return _each(brief, lambda whole, scene: _sized(whole, _filled(whole, _plain(scene), PARTS)))


def _staged(brief: AdBrief, _: PreflightContext) -> AdBrief:
    """Tell each longer scene as two beats, and let the camera say what it does."""
    beaten = _each(
        brief, lambda whole, scene: _with_beats(whole, _filled(whole, scene, ("camera", "action")))
    )
    return beaten if beaten.audio.music_bpm else fixes.set_tempo().apply(beaten)


def _steady(brief: AdBrief, _: PreflightContext) -> AdBrief:
    """Ask for less at once: no vague or risky word, light and style stated, faults ruled out."""
    return _each(
        brief, lambda whole, scene: _guarded(_filled(whole, _safe(_plain(scene)), ("lighting", "style")))
    )


PLANS: tuple[tuple[str, Callable[[AdBrief, PreflightContext], AdBrief]], ...] = (
    ("Mend what preflight found", _mended),
    ("Make every shot concrete", lambda brief, context: _mended(_concrete(brief, context), context)),
    ("Tell it in beats", lambda brief, context: _mended(_staged(brief, context), context)),
    ("Ask for less, steadily lit", lambda brief, context: _mended(_steady(brief, context), context)),
)


def _each(brief: AdBrief, change: Change) -> AdBrief:
    scenes = tuple(change(brief, scene) for scene in brief.scenes)
    return brief.model_copy(update={"scenes": scenes})


def _plain(scene: Scene) -> Scene:
    """Say something a camera can see instead of each vague word."""
    for word in lexicons.vague_words().wanted(scene_text(scene)):
        scene = fixes.reworded(scene, word, lexicons.concrete_for(word), exact=True)
    return scene


def _safe(scene: Scene) -> Scene:
    for word in lexicons.risky_words().wanted(scene_text(scene)):
        scene = fixes.reworded(scene, word, "", exact=False)
    return scene


def _filled(brief: AdBrief, scene: Scene, parts: tuple[Part, ...]) -> Scene:
    """Fill in those of the parts that nothing states."""
    for part in read_shot(brief.product, scene).missing:
        if part in parts:
            value = fixes.camera_for(scene) if part == "camera" else fixes.part_for(brief, scene, part)
            scene = scene.model_copy(update={part: value})
    return scene


def _sized(brief: AdBrief, scene: Scene) -> Scene:
    shot = read_shot(brief.product, scene)
    if shot.sizes or shot.angles:
        return scene
    size = lexicons.fill("size", scene.type)
    return scene.model_copy(update={"intent": f"{scene.intent.rstrip('. ')}, {size}"})


def _with_beats(brief: AdBrief, scene: Scene) -> Scene:
    if scene.beats or scene.seconds < 2:
        return scene
    whole = fixes.add_beats(scene.id).apply(brief)
    return next(one for one in whole.scenes if one.id == scene.id).model_copy(
        update={"camera": scene.camera, "action": scene.action}
    )


def _guarded(scene: Scene) -> Scene:
    faults = tuple(fault for fault in ("flicker", "deformed shapes") if fault not in scene.negatives)
    return scene.model_copy(update={"negatives": (*scene.negatives, *faults)})


def changed_words(before: AdBrief, after: AdBrief) -> Iterator[WordChange]:
    """List every text of a scene that reads otherwise, with beats and negatives as texts."""
    old = {scene.id: scene for scene in before.scenes}
    for number, scene in enumerate(after.scenes):
        if (known := old.get(scene.id)) is None:
            yield WordChange(f"scenes[{number}]", "", scene.intent)
            continue
        for name, was, now in zip(_NAMES, _texts(known), _texts(scene), strict=True):
            if was != now:
                yield WordChange(f"scenes[{number}].{name}", was, now)


_NAMES = (*FIELDS, "camera", "beats", "negatives")


def _texts(scene: Scene) -> tuple[str, ...]:
    camera = f"{scene.camera.move} {scene.camera.focal_length_mm:g} mm" if scene.camera else ""
    beats = "; ".join(f"{beat.start:g}-{beat.end:g} s {beat.action}" for beat in scene.beats)
    words = tuple(getattr(scene, name) or "" for name in FIELDS)
    return (*words, camera, beats, ", ".join(scene.negatives))


def _pieces(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", " ".join(before[a:b])
            continue
        if b > a:
            yield "removed", " ".join(before[a:b])
        if d > c:
            yield "added", " ".join(after[c:d])
