"""One-click fixes: each is a title and a function from a brief to a better brief.

A fix names scenes by their id, so it stays right when others have been applied before it. A fix that no
longer applies gives the brief back as it was.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clappper.brief import lexicons
from clappper.brief.reading import Part, scene_text, worded_moves
from clappper.brief.schema import AdBrief, Camera, Scene, SceneBeat
from clappper.brief.words import cut_phrase, tidy

SHORTEST_TEXT = 3
NORMAL_LENS_MM, LONG_LENS_MM = 35.0, 85.0


@dataclass(frozen=True, slots=True)
class Fix:
    """Something that one press repairs. ``title`` says what it does, as an order."""

    title: str
    apply: Callable[[AdBrief], AdBrief]


def with_scene(brief: AdBrief, scene_id: str, change: Callable[[Scene], Scene]) -> AdBrief:
    """Give the brief with one scene changed."""
    scenes = tuple(change(scene) if scene.id == scene_id else scene for scene in brief.scenes)
    return brief.model_copy(update={"scenes": scenes})


def _with_part(brief: AdBrief, name: str, **changes: Any) -> AdBrief:
    part = getattr(brief, name).model_copy(update=changes)
    return brief.model_copy(update={name: part})


def _for_scene(title: str, scene_id: str, change: Callable[[AdBrief, Scene], Scene]) -> Fix:
    return Fix(title, lambda brief: with_scene(brief, scene_id, lambda scene: change(brief, scene)))


# --- time


def retime() -> Fix:
    return Fix("Close the gaps: keep the order and the proportions of the scenes", retimed)


def retimed(brief: AdBrief) -> AdBrief:
    """Lay the scenes end to end over the whole ad, each as long as before in proportion, to 0.01 s."""
    ordered = sorted(brief.scenes, key=lambda scene: (scene.start_s, scene.end_s))
    lengths = [max(1, round(scene.seconds * 100)) for scene in ordered]
    whole, total = brief.project.duration_s * 100, sum(lengths)
    edges = [0]
    for count in range(1, len(lengths) + 1):
        proportional = round(whole * sum(lengths[:count]) / total)
        edges.append(min(max(proportional, edges[-1] + 1), whole - len(lengths) + count))
    scenes = tuple(
        _stretched(scene, begin / 100, end / 100)
        for scene, begin, end in zip(ordered, edges, edges[1:], strict=False)
    )
    return brief.model_copy(update={"scenes": scenes})


def _stretched(scene: Scene, start: float, end: float) -> Scene:
    ratio = (end - start) / scene.seconds
    scaled = ((beat, round(beat.start * ratio, 2), round(beat.end * ratio, 2)) for beat in scene.beats)
    beats = tuple(
        beat.model_copy(update={"start": begin, "end": stop}) for beat, begin, stop in scaled if stop > begin
    )
    return scene.model_copy(update={"start_s": start, "end_s": end, "beats": beats})


def split(scene_id: str, longest: float) -> Fix:
    """Cut a scene into equal parts that the model can make; the parts are named ``id-1``, ``id-2``."""

    def apply(brief: AdBrief) -> AdBrief:
        scenes: list[Scene] = []
        for scene in brief.scenes:
            scenes.extend(_parts(scene, longest) if scene.id == scene_id else (scene,))
        return brief.model_copy(update={"scenes": tuple(scenes)})

    return Fix(f"Split the scene into shots of at most {longest:g} s", apply)


def _parts(scene: Scene, longest: float) -> list[Scene]:
    count = -int(-scene.seconds // longest)
    edges = [round(scene.start_s + scene.seconds * number / count, 2) for number in range(count)] + [
        scene.end_s
    ]
    return [
        scene.model_copy(
            update={
                "id": f"{scene.id}-{number + 1}",
                "start_s": start,
                "end_s": end,
                "beats": _beats_within(scene, start - scene.start_s, end - scene.start_s),
            }
        )
        for number, (start, end) in enumerate(itertools.pairwise(edges))
    ]


def _beats_within(scene: Scene, start: float, end: float) -> tuple[SceneBeat, ...]:
    clipped = ((beat, max(beat.start, start), min(beat.end, end)) for beat in scene.beats)
    return tuple(
        beat.model_copy(update={"start": round(begin - start, 2), "end": round(stop - start, 2)})
        for beat, begin, stop in clipped
        if stop - begin >= 0.1
    )


def trim_beats(scene_id: str) -> Fix:
    return _for_scene(
        "Keep the beats inside the scene",
        scene_id,
        lambda _, scene: scene.model_copy(update={"beats": _beats_within(scene, 0, scene.seconds)}),
    )


def trim_markers() -> Fix:
    def apply(brief: AdBrief) -> AdBrief:
        kept = tuple(mark for mark in brief.audio.beat_markers if mark <= brief.project.duration_s)
        return _with_part(brief, "audio", beat_markers=kept)

    return Fix("Drop the beat markers after the end", apply)


def set_tempo() -> Fix:
    def apply(brief: AdBrief) -> AdBrief:
        return _with_part(brief, "audio", music_bpm=lexicons.fill("tempo", brief.project.objective))

    return Fix("Set a tempo that suits the objective", apply)


def add_beats(scene_id: str) -> Fix:
    return _for_scene("Give the scene two beats", scene_id, _with_beats)


def _with_beats(brief: AdBrief, scene: Scene) -> Scene:
    middle = round(scene.seconds / 2, 2)
    first = scene.action or part_for(brief, scene, "action")
    second = _worded("second_beat", brief, scene)
    beats = (
        SceneBeat(start=0, end=middle, action=first),
        SceneBeat(start=middle, end=round(scene.seconds, 2), action=second),
    )
    return scene.model_copy(update={"beats": beats})


# --- what a shot says


def part_for(brief: AdBrief, scene: Scene, part: Part) -> str:
    """Word a part of a shot that the brief leaves open, from its product, palette and style."""
    if part == "style":
        return ", ".join(_styles(brief))
    return _worded(part, brief, scene)


def _worded(kind: str, brief: AdBrief, scene: Scene) -> str:
    text: str = lexicons.fill(kind, scene.type)
    return text.format(product=brief.product.name, tone=tone_of(brief.product.style_pack.palette_hint))


def tone_of(palette: str | None) -> str:
    """Word a palette as light: "warm", "cool-toned"; "soft" when there is none."""
    tone: str = lexicons.fill("tone", palette or "open")
    return tone


def _styles(brief: AdBrief) -> tuple[str, ...]:
    return brief.product.style_pack.visual_style or tuple(lexicons.fill("style", brief.project.objective))


def camera_for(scene: Scene) -> Camera:
    """Take the move from the scene's own words, or the one that suits its type."""
    usual = Camera.model_validate(lexicons.fill("camera", scene.type))
    move = worded_moves(scene_text(scene))[:1]
    return usual.model_copy(update={"move": move[0]}) if move else usual


def fill_part(scene_id: str, part: Part) -> Fix:
    def change(brief: AdBrief, scene: Scene) -> Scene:
        value = camera_for(scene) if part == "camera" else part_for(brief, scene, part)
        return scene.model_copy(update={part: value})

    return _for_scene(f"Fill in the {part}", scene_id, change)


def name_shot_size(scene_id: str) -> Fix:
    def change(_: AdBrief, scene: Scene) -> Scene:
        size = lexicons.fill("size", scene.type)
        return scene.model_copy(update={"intent": f"{scene.intent.rstrip('. ')}, {size}"})

    return _for_scene("Name the shot size", scene_id, change)


def set_style() -> Fix:
    def apply(brief: AdBrief) -> AdBrief:
        pack = brief.product.style_pack
        palette = pack.palette_hint or palette_of(brief.product.brand_colors[0])
        changed = pack.model_copy(update={"visual_style": _styles(brief), "palette_hint": palette})
        return _with_part(brief, "product", style_pack=changed)

    return Fix("Choose a style and a palette from the brand colours", apply)


def palette_of(colour: str) -> str:
    """Call a ``#RRGGBB`` colour warm or cool by its red against its blue, or neutral when they are near."""
    red, blue = int(colour[1:3], 16), int(colour[5:7], 16)
    if abs(red - blue) < 32:
        return "neutral"
    return "warm" if red > blue else "cool"


TEXT_FIELDS = ("intent", "t2v_prompt", "subject", "action", "setting", "lighting", "style")


def reword(scene_id: str, phrase: str, replacement: str) -> Fix:
    """Say something else, or nothing, where a scene's texts say ``phrase``."""
    title = f"Say “{replacement}” instead of “{phrase}”" if replacement else f"Leave out “{phrase}”"
    return _for_scene(title, scene_id, lambda _, scene: reworded(scene, phrase, replacement, exact=True))


def drop_phrase(scene_id: str, phrase: str) -> Fix:
    """Take ``phrase``, in any ending, out of a scene's texts and beats."""
    return _for_scene(
        f"Leave out “{phrase}”", scene_id, lambda _, scene: reworded(scene, phrase, "", exact=False)
    )


def reworded(scene: Scene, phrase: str, replacement: str, *, exact: bool) -> Scene:
    """Give a scene whose texts and beats say ``replacement`` where they said ``phrase``."""
    changes: dict[str, Any] = {}
    for name in TEXT_FIELDS:
        text = getattr(scene, name)
        if text:
            shorter = cut_phrase(text, phrase, replacement, exact=exact)
            changes[name] = shorter if len(shorter) >= SHORTEST_TEXT else _nothing_left(name, scene)
    changes["beats"] = tuple(
        beat.model_copy(
            update={"action": cut_phrase(beat.action, phrase, replacement, exact=exact) or scene.type}
        )
        for beat in scene.beats
    )
    return scene.model_copy(update=changes)


def _nothing_left(field: str, scene: Scene) -> str | None:
    return f"{scene.type} of the product" if field == "intent" else None


def drop_negative(scene_id: str, phrase: str) -> Fix:
    """Stop ruling ``phrase`` out: in the scene's negatives, its negative prompt and the style pack."""

    def apply(brief: AdBrief) -> AdBrief:
        pack = brief.product.style_pack
        kept = tuple(text for text in pack.negative_style if not _mentions(text, phrase))
        changed = _with_part(brief, "product", style_pack=pack.model_copy(update={"negative_style": kept}))
        return with_scene(changed, scene_id, lambda scene: _allowing(scene, phrase))

    return Fix(f"Stop ruling out “{phrase}”", apply)


def _allowing(scene: Scene, phrase: str) -> Scene:
    listed = [text.strip() for text in (scene.t2v_negative or "").split(",")]
    return reworded(scene, f"no {phrase}", "", exact=False).model_copy(
        update={
            "negatives": tuple(text for text in scene.negatives if not _mentions(text, phrase)),
            "t2v_negative": ", ".join(text for text in listed if text and not _mentions(text, phrase))
            or None,
        }
    )


def _mentions(text: str, phrase: str) -> bool:
    return cut_phrase(text, phrase) != tidy(text)


def follow_words(scene_id: str, move: str) -> Fix:
    """Let the camera field do what the words say."""

    def change(_: AdBrief, scene: Scene) -> Scene:
        camera = (scene.camera or Camera()).model_copy(update={"move": move})
        return scene.model_copy(update={"camera": camera})

    return _for_scene(f"Set the camera to {move}", scene_id, change)


def change_lens(scene_id: str) -> Fix:
    """Let a cut between two like shots be seen: a long lens becomes a normal one, any other a long one."""

    def change(_: AdBrief, scene: Scene) -> Scene:
        camera = scene.camera or camera_for(scene)
        length = NORMAL_LENS_MM if camera.focal_length_mm > NORMAL_LENS_MM else LONG_LENS_MM
        return scene.model_copy(update={"camera": camera.model_copy(update={"focal_length_mm": length})})

    return _for_scene("Change the lens, so that the cut is seen", scene_id, change)


# --- brand, provider, sound, safety


def go_without_logo() -> Fix:
    def apply(brief: AdBrief) -> AdBrief:
        scenes = tuple(
            scene.model_copy(update={"overlays": scene.overlays.model_copy(update={"show_logo": False})})
            for scene in brief.scenes
        )
        return _with_part(brief, "product", no_logo=True).model_copy(update={"scenes": scenes})

    return Fix("Make the ad without a logo", apply)


def hide_price(scene_id: str) -> Fix:
    def change(_: AdBrief, scene: Scene) -> Scene:
        return scene.model_copy(update={"overlays": scene.overlays.model_copy(update={"show_price": False})})

    return _for_scene("Show no price here", scene_id, change)


def use_text_to_video(scene_id: str) -> Fix:
    return _for_scene(
        "Let the scene be made from its text",
        scene_id,
        lambda _, scene: scene.model_copy(update={"provider_hint": "t2v"}),
    )


def choose_provider_freely(scene_id: str) -> Fix:
    return _for_scene(
        "Let the router choose", scene_id, lambda _, scene: scene.model_copy(update={"provider_hint": "auto"})
    )


def set_aspect(aspect: str) -> Fix:
    return Fix(f"Make the ad in {aspect}", lambda brief: _with_part(brief, "project", aspect=aspect))


def set_fps(fps: int) -> Fix:
    return Fix(f"Make the ad at {fps} fps", lambda brief: _with_part(brief, "project", fps=fps))


def draft_quality() -> Fix:
    return Fix("Make it in draft quality", lambda brief: _with_part(brief, "compute", quality="draft"))


def write_script() -> Fix:
    def apply(brief: AdBrief) -> AdBrief:
        product, cta = brief.product, brief.cta
        sentences = (
            f"{product.name}.",
            f"{product.key_benefit.rstrip('.')}.",
            f"{cta.headline.rstrip('.!')}.",
        )
        return _with_part(brief, "audio", script=" ".join(sentences))

    return Fix("Write a short script from the benefit and the headline", apply)
