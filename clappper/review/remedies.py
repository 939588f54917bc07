"""From what people found wrong with a clip to one-click fixes of its scene."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clappper.brief import fixes, lexicons
from clappper.brief.findings import Finding, Severity
from clappper.brief.fixes import Fix
from clappper.brief.reading import scene_text
from clappper.brief.schema import AdBrief, Scene
from clappper.review.tags import BY_CODE

RULED_OUT = {
    "artifacts": ("deformed shapes", "morphing"),
    "flicker": ("flicker", "strobing"),
    "bad_text": ("text", "letters", "watermark"),
    "hands_faces": ("hands", "faces"),
}


def findings_of(brief: AdBrief, tags_by_scene: Iterable[tuple[str, str]]) -> tuple[Finding, ...]:
    """Turn (scene id, tag) into findings with fixes; those that are settled already are left out."""
    numbers = {scene.id: number for number, scene in enumerate(brief.scenes)}
    found: list[Finding] = []
    for scene_id, code in dict.fromkeys(tags_by_scene):
        whole = scene_id if scene_id in numbers else scene_id.rpartition(".")[0]
        if whole in numbers and code in BY_CODE:
            found += _remarks(brief, brief.scenes[numbers[whole]], numbers[whole], code)
    return tuple(found)


def _remarks(brief: AdBrief, scene: Scene, number: int, code: str) -> Iterator[Finding]:
    tag = BY_CODE[code]
    message = f"Reviewers marked scene {scene.id} “{tag.text.lower()}”. {tag.advice}"
    for fix in _fixes(scene, code):
        if fix.apply(brief) != brief:
            yield Finding(f"review_{code}", Severity.WARNING, message, f"scenes[{number}].intent", fix)


def _fixes(scene: Scene, code: str) -> Iterator[Fix]:
    match code:
        case "off_prompt":
            yield _fill(scene, "subject", "action", "setting")
        case "low_motion" | "timing_off":
            yield fixes.add_beats(scene.id) if not scene.beats else _fill(scene, "action")
        case "poor_aesthetic":
            yield _fill(scene, "lighting", "style")
            yield fixes.name_shot_size(scene.id)
        case "wrong_camera":
            yield _fill(scene, "camera")
        case "off_brand":
            yield fixes.set_style()
        case "unsafe":
            for word in lexicons.risky_words().wanted(scene_text(scene)):
                yield fixes.drop_phrase(scene.id, word)
    if code in RULED_OUT:
        yield rule_out(scene.id, RULED_OUT[code])
    if code == "artifacts":
        for word in lexicons.vague_words().wanted(scene_text(scene)):
            yield fixes.reword(scene.id, word, lexicons.concrete_for(word))


def _fill(scene: Scene, *parts: str) -> Fix:
    """Fill in those of a scene's fields that are empty."""
    empty = [part for part in parts if getattr(scene, part) is None]

    def apply(brief: AdBrief) -> AdBrief:
        for part in empty:
            brief = fixes.fill_part(scene.id, part).apply(brief)  # type: ignore[arg-type]
        return brief

    return Fix(f"Fill in {' and '.join(empty) or 'nothing'}", apply)


def rule_out(scene_id: str, phrases: tuple[str, ...]) -> Fix:
    """Add to what must not be seen in a scene."""

    def change(scene: Scene) -> Scene:
        missing = tuple(phrase for phrase in phrases if phrase not in scene.negatives)
        return scene.model_copy(update={"negatives": (*scene.negatives, *missing)})

    return Fix(f"Rule out {' and '.join(phrases)}", lambda brief: fixes.with_scene(brief, scene_id, change))
