"""The score of a brief: six categories from 0 to 100, the same whole numbers on every machine.

Points are counted as exact fractions and rounded once, at the end, halves up. A scene weighs as much as
it lasts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from clappper.brief import lexicons
from clappper.brief.findings import Finding, Severity
from clappper.brief.lint import BEATS_NEEDED_FROM_SECONDS, has_rhythm
from clappper.brief.reading import Part, Shot, read_shot
from clappper.brief.schema import AdBrief, Scene
from clappper.brief.shots import TWO_BEATS_FROM_SECONDS

WEIGHTS = {
    "cinematic_grammar": 25,
    "visual_specificity": 25,
    "temporal_coherence": 20,
    "consistency": 15,
    "ambiguity": 10,
    "refusal_risk": 5,
}
"""In hundredths. Ambiguity and refusal_risk count inverted: 100 is clear and safe."""
PASS_MARK = 80
SECONDS_A_MOMENT = TWO_BEATS_FROM_SECONDS // 2
CATEGORY_NAMES = {
    "cinematic_grammar": "Cinematic grammar",
    "visual_specificity": "Visual specificity",
    "temporal_coherence": "Temporal coherence",
    "consistency": "Consistency",
    "ambiguity": "Clarity",
    "refusal_risk": "Acceptability",
}
"""What people are told the categories are called."""


Shots = tuple[tuple[Scene, Shot], ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing a category looks at: points ``earned`` of ``possible``, and what would earn the rest."""

    name: str
    earned: Fraction
    possible: int
    advice: str


@dataclass(frozen=True, slots=True)
class Category:
    """One category with its whole score, its weight in hundredths, and the criteria behind it."""

    name: str
    score: int
    weight: int
    criteria: tuple[Criterion, ...]


def grade(brief: AdBrief, findings: tuple[Finding, ...]) -> tuple[Category, ...]:
    """Score a brief, given what lint found in it."""
    shots = tuple((scene, read_shot(brief.product, scene)) for scene in brief.scenes)
    graders: dict[str, tuple[Criterion, ...]] = {
        "cinematic_grammar": _cinematic_grammar(shots),
        "visual_specificity": _visual_specificity(brief, shots),
        "temporal_coherence": _temporal_coherence(brief, shots, findings),
        "consistency": _consistency(brief, findings),
        "ambiguity": _clarity(shots, findings),
        "refusal_risk": _acceptability(findings),
    }
    return tuple(
        Category(name, _score(criteria), WEIGHTS[name], criteria) for name, criteria in graders.items()
    )


def overall(categories: tuple[Category, ...]) -> int:
    """Weigh the categories into one whole number from 0 to 100."""
    return _round(Fraction(sum(category.score * category.weight for category in categories), 100))


def _score(criteria: tuple[Criterion, ...]) -> int:
    possible = sum(criterion.possible for criterion in criteria)
    return _round(100 * sum((criterion.earned for criterion in criteria), Fraction(0)) / possible)


def _round(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def _per_scene(
    shots: Shots, name: str, possible: int, advice: str, points: Callable[[Scene, Shot], int]
) -> Criterion:
    """Average the points that each scene earns, weighed by how many milliseconds it lasts."""
    lengths = [max(1, round(scene.seconds * 1000)) for scene, _ in shots]
    earned = sum(
        length * min(possible, points(scene, shot))
        for length, (scene, shot) in zip(lengths, shots, strict=True)
    )
    return Criterion(name, Fraction(earned, sum(lengths)), possible, advice)


def _cinematic_grammar(shots: Shots) -> tuple[Criterion, ...]:
    return (
        _per_scene(shots, "camera", 30, "say what the camera does in each scene", _camera_points),
        _per_scene(shots, "framing", 25, "name shot size, angle or lens", _framing_points),
        _per_scene(
            shots, "lighting", 30, "name where the light comes from and how hard it is", _lighting_points
        ),
        _per_scene(shots, "composition", 15, "say where things stand in the frame", _composition_points),
    )


def _camera_points(scene: Scene, shot: Shot) -> int:
    if scene.camera is not None or shot.camera_words:
        return 30
    return 15 if shot.sizes or scene.type == "endcard" else 0


def _framing_points(scene: Scene, shot: Shot) -> int:
    lens = bool(shot.lenses) or scene.camera is not None
    return 15 * bool(shot.sizes) + 10 * bool(shot.angles) + 10 * lens


def _lighting_points(_: Scene, shot: Shot) -> int:
    return {0: 0, 1: 20}.get(len(shot.lighting), 30)


def _composition_points(scene: Scene, shot: Shot) -> int:
    laid_out = bool(scene.overlays.text_blocks) or bool(shot.lenses)
    return 15 if shot.composition else 10 * laid_out


def _visual_specificity(brief: AdBrief, shots: Shots) -> tuple[Criterion, ...]:
    pictured = 2 * bool(
        brief.assets.product_images or brief.assets.product_usd or brief.assets.reference_images
    )
    return (
        _per_scene(
            shots, "subject", 25, "say what is seen", lambda _, shot: _stated(shot, "subject", 25, 15)
        ),
        _per_scene(shots, "action", 15, "say what happens", lambda _, shot: _stated(shot, "action", 15, 0)),
        _per_scene(shots, "setting", 20, "say where it is", lambda _, shot: _stated(shot, "setting", 20, 0)),
        _per_scene(shots, "style", 15, "name a style", lambda _, shot: _stated(shot, "style", 15, 12)),
        _per_scene(
            shots,
            "detail",
            25,
            "add colours, materials, measures and textures",
            lambda _, shot: 5 * (len(shot.details) + pictured) + len(shot.words) // 12,
        ),
    )


def _stated(shot: Shot, part: Part, own: int, shared: int) -> int:
    return {"own": own, "shared": shared, "": 0}[shot.source(part)]


def _temporal_coherence(brief: AdBrief, shots: Shots, findings: tuple[Finding, ...]) -> tuple[Criterion, ...]:
    return (
        Criterion(
            "coverage", Fraction(25) * _covered(brief, findings), 25, "let the scenes fill the ad end to end"
        ),
        Criterion("rhythm", Fraction(_rhythm_points(brief)), 15, "give a tempo, beat markers or music"),
        _per_scene(
            shots,
            "moments",
            35,
            f"give each moment {SECONDS_A_MOMENT} seconds, and a long shot at least two",
            _moment_points,
        ),
        _per_scene(
            shots, "movement", 10, "let few people or animals do one thing at a time", _movement_points
        ),
        _per_scene(
            shots,
            "pace",
            5,
            "keep shots between 1 and 10 seconds",
            lambda scene, _: 5 * (1 <= scene.seconds <= 10),
        ),
        Criterion("ending", Fraction(10 * (brief.scenes[-1].type == "endcard")), 10, "end on an end card"),
    )


def _covered(brief: AdBrief, findings: tuple[Finding, ...]) -> Fraction:
    """Give the share of the ad that exactly one scene covers, in hundredths of a second."""
    if not any(finding.code.startswith("scene_") for finding in findings):
        return Fraction(1)
    length = brief.project.duration_s * 100
    covers = [0] * length
    for scene in brief.scenes:
        for place in range(min(length, round(scene.start_s * 100)), min(length, round(scene.end_s * 100))):
            covers[place] += 1
    return Fraction(covers.count(1), length)


def _rhythm_points(brief: AdBrief) -> int:
    audio = brief.audio
    if audio.music_bpm or audio.beat_markers or audio.file:
        return 15
    return 9 if has_rhythm(brief) or brief.project.duration_s < BEATS_NEEDED_FROM_SECONDS else 0


def _moment_points(scene: Scene, shot: Shot) -> int:
    """Ask of a long shot that things happen in it, and of every shot that it has time for what happens."""
    if scene.seconds >= TWO_BEATS_FROM_SECONDS and shot.moments < 2:
        return 0
    return max(0, 35 - 12 * max(0, shot.steps - _room(scene)))


def _movement_points(scene: Scene, shot: Shot) -> int:
    """Take points for what generated pictures keep together least: living things, and much at once."""
    alive = bool(shot.movers) and bool(shot.actions)
    further = max(0, shot.movers - 1) + max(0, len(shot.actions) - _room(scene))
    return max(0, 10 - 2 * alive - 2 * further)


def _room(scene: Scene) -> int:
    """Count the moments that a scene has time for; beats of its own have been timed."""
    return max(1, len(scene.beats), int(scene.seconds // SECONDS_A_MOMENT))


def _consistency(brief: AdBrief, findings: tuple[Finding, ...]) -> tuple[Criterion, ...]:
    product, pack = brief.product, brief.product.style_pack
    clashes = sum(finding.code.startswith("contradiction_") for finding in findings)
    pictured = brief.assets.product_images or brief.assets.product_usd or brief.assets.reference_images
    look = 15 * (pack.palette_hint is not None) + 15 * bool(pack.visual_style)
    identity = 10 * bool(product.logo or product.no_logo) + 10 * bool(pictured)
    return (
        Criterion("agreement", Fraction(max(0, 50 - 25 * clashes)), 50, "settle the contradictions"),
        Criterion("look", Fraction(look), 30, "choose a style and a palette for all shots"),
        Criterion("identity", Fraction(identity), 20, "give a logo and a picture of the product"),
    )


def _clarity(shots: Shots, findings: tuple[Finding, ...]) -> tuple[Criterion, ...]:
    vague = sum(finding.code == "vague_word" for finding in findings)
    return (
        Criterion("concrete words", Fraction(max(0, 50 - 16 * vague)), 50, "replace vague words"),
        _per_scene(
            shots,
            "one reading",
            40,
            "name who or what is meant instead of “it”, and give each action a sentence of its own",
            lambda _, shot: max(0, 40 - 12 * len(shot.open_words)),
        ),
        _per_scene(
            shots,
            "enough said",
            10,
            "say more than a label",
            lambda _, shot: 10 * min(4, len(shot.words)) // 4,
        ),
    )


def _acceptability(findings: tuple[Finding, ...]) -> tuple[Criterion, ...]:
    unsafe_codes = {rule.code for rule in lexicons.safety_rules()} | {"banned_term"}
    unsafe = sum(
        finding.code in unsafe_codes and finding.severity is Severity.MUST_FIX for finding in findings
    )
    doubtful = sum(
        finding.code in unsafe_codes and finding.severity is Severity.WARNING for finding in findings
    )
    risky = sum(finding.code in {"refusal_risk", "faces_not_allowed"} for finding in findings)
    left = 0 if unsafe else max(0, 100 - 20 * doubtful - 15 * risky)
    return (Criterion("acceptable", Fraction(left), 100, "leave out what providers and platforms refuse"),)
