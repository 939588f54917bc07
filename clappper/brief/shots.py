"""Remarks on single shots: what they leave open, what they contradict, and what their model cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from clappper.brief import fixes, lexicons
from clappper.brief.contradictions import Clash, find_clashes
from clappper.brief.findings import Finding, PreflightContext, Severity
from clappper.brief.reading import Part, Shot, read_shot
from clappper.brief.schema import AdBrief, Assets, Product, Project, Scene
from clappper.providers.contract import Capabilities

TWO_BEATS_FROM_SECONDS = 6
SHORTEST_SHOT_SECONDS = 0.5
QUESTIONS: dict[Part, str] = {
    "subject": "what is seen",
    "action": "what happens",
    "setting": "where it is",
    "lighting": "how it is lit",
    "camera": "what the camera does",
    "style": "in which style it is shot",
}


def check_shots(brief: AdBrief, context: PreflightContext) -> Iterator[Finding]:
    """Judge each scene by itself, then each against the one before it."""
    for number, scene in enumerate(brief.scenes):
        field, model = f"scenes[{number}]", context.model_for(scene)
        yield from _clashes(brief, scene, field)
        yield from _remarks(brief.project, brief.product, brief.assets, scene, field, model)
    yield from _variety(brief)


@lru_cache(maxsize=4096)
def _remarks(
    project: Project, product: Product, assets: Assets, scene: Scene, field: str, model: Capabilities | None
) -> tuple[Finding, ...]:
    """Judge one scene by itself. Remembered, because most edits and fixes touch one scene of many."""
    shot, generative = read_shot(product, scene), model is not None and model.generative
    found = [
        *_open_parts(scene, shot, field, generative=generative),
        *_beats(scene, shot, field, generative=generative),
        *_vague_words(scene, shot, field),
        *_hints(assets, scene, field),
    ]
    if model is not None:
        found += [*_limits(project, scene, field, model), *_ignored(product, scene, field, model)]
    return tuple(found)


def _clashes(brief: AdBrief, scene: Scene, field: str) -> Iterator[Finding]:
    for clash in find_clashes(brief, scene):
        yield Finding(
            f"contradiction_{clash.code}",
            Severity.MUST_FIX,
            f"Scene {scene.id} asks for {clash.kept} and for {clash.dropped}, which exclude each other.",
            _clash_field(clash, field),
            clash.fix,
        )


def _clash_field(clash: Clash, field: str) -> str:
    return f"{field}.camera.move" if clash.code == "camera_and_words" else f"{field}.intent"


def _open_parts(scene: Scene, shot: Shot, field: str, *, generative: bool) -> Iterator[Finding]:
    severity = Severity.MUST_FIX if generative else Severity.SUGGESTION
    for part in shot.missing:
        message = f"Scene {scene.id} does not say {QUESTIONS[part]}."
        yield Finding(
            f"{part}_missing", severity, message, f"{field}.{part}", fixes.fill_part(scene.id, part)
        )
    if scene.type == "packshot" and scene.camera is None and "camera" not in shot.missing:
        message = f"Packshot {scene.id} has no camera of its own; a set move repeats exactly."
        fix = fixes.fill_part(scene.id, "camera")
        yield Finding("packshot_camera", Severity.SUGGESTION, message, f"{field}.camera", fix)
    if not (shot.sizes or shot.angles):
        message = f"Scene {scene.id} names no shot size, such as close-up or wide shot."
        fix = fixes.name_shot_size(scene.id)
        yield Finding("shot_size_missing", Severity.SUGGESTION, message, f"{field}.intent", fix)


def _beats(scene: Scene, shot: Shot, field: str, *, generative: bool) -> Iterator[Finding]:
    if scene.seconds >= TWO_BEATS_FROM_SECONDS and shot.moments < 2:
        severity = Severity.MUST_FIX if generative else Severity.SUGGESTION
        message = f"Scene {scene.id} lasts {scene.seconds:g} s and needs at least two beats."
        yield Finding("clip_without_beats", severity, message, f"{field}.beats", fixes.add_beats(scene.id))
    if any(beat.end > scene.seconds + 0.01 for beat in scene.beats):
        message = (
            f"Some beats of scene {scene.id} run past its {scene.seconds:g} s; beats count from its start."
        )
        yield Finding(
            "beat_beyond_scene", Severity.WARNING, message, f"{field}.beats", fixes.trim_beats(scene.id)
        )
    if scene.seconds < SHORTEST_SHOT_SECONDS:
        message = f"Scene {scene.id} lasts {scene.seconds:.2f} s, too short to be seen."
        yield Finding("scene_too_short", Severity.WARNING, message, f"{field}.end_s", fixes.retime())


def _vague_words(scene: Scene, shot: Shot, field: str) -> Iterator[Finding]:
    for phrase in lexicons.vague_words().wanted(shot.text):
        concrete = lexicons.concrete_for(phrase)
        advice = f"say what can be seen, such as “{concrete}”" if concrete else "it adds nothing"
        message = f"“{phrase}” leaves the picture to chance: {advice}."
        fix = fixes.reword(scene.id, phrase, concrete)
        yield Finding("vague_word", Severity.SUGGESTION, message, f"{field}.intent", fix)


def _hints(assets: Assets, scene: Scene, field: str) -> Iterator[Finding]:
    if scene.provider_hint == "omniverse" and not (assets.usd_scene or assets.product_usd):
        message = (
            f"Scene {scene.id} asks for Omniverse without a USD scene; it falls back to local 3D or its text."
        )
        fix = fixes.choose_provider_freely(scene.id)
        yield Finding("omniverse_without_usd", Severity.WARNING, message, f"{field}.provider_hint", fix)
    controls = assets.controls
    if scene.provider_hint == "cosmos" and not (controls.segmap or controls.depth):
        message = (
            f"Scene {scene.id} asks for Cosmos without control pictures; it falls back to text-to-video."
        )
        fix = fixes.use_text_to_video(scene.id)
        yield Finding("cosmos_without_controls", Severity.WARNING, message, f"{field}.provider_hint", fix)


def _limits(project: Project, scene: Scene, field: str, model: Capabilities) -> Iterator[Finding]:
    shortest, longest = model.seconds
    if scene.seconds > longest + 0.005:
        message = (
            f"{model.model} makes clips of at most {longest:g} s; scene {scene.id} lasts {scene.seconds:g} s."
        )
        yield Finding(
            "provider_duration", Severity.MUST_FIX, message, f"{field}.end_s", fixes.split(scene.id, longest)
        )
    if scene.seconds < shortest - 0.005:
        message = f"{model.model} makes at least {shortest:g} s, longer than scene {scene.id} uses."
        yield Finding("provider_minimum", Severity.WARNING, message, f"{field}.end_s")
    if model.aspects and project.aspect not in model.aspects:
        offered = [aspect for aspect in ("9:16", "16:9", "1:1") if aspect in model.aspects]
        message = f"{model.model} makes {', '.join(model.aspects)}, not {project.aspect}."
        fix = fixes.set_aspect(offered[0]) if offered else None
        yield Finding("provider_aspect", Severity.MUST_FIX, message, "project.aspect", fix)
    yield from _frame_rate(project.fps, model)


def _frame_rate(fps: int, model: Capabilities) -> Iterator[Finding]:
    if not model.fps or fps in model.fps:
        return
    rates = ", ".join(f"{rate:g}" for rate in model.fps)
    usable = sorted(
        (int(rate) for rate in model.fps if rate in range(24, 31)), key=lambda rate: abs(rate - fps)
    )
    if usable:
        message = f"{model.model} makes {rates} fps, not {fps}."
        yield Finding("provider_fps", Severity.MUST_FIX, message, "project.fps", fixes.set_fps(usable[0]))
    else:
        message = f"{model.model} makes {rates} fps; its footage is converted to {fps}."
        yield Finding("provider_fps", Severity.WARNING, message, "project.fps")


def _ignored(product: Product, scene: Scene, field: str, model: Capabilities) -> Iterator[Finding]:
    ruled_out = scene.t2v_negative or scene.negatives or product.style_pack.negative_style
    if ruled_out and model.generative and not model.negative:
        message = f"{model.model} ignores what scene {scene.id} rules out."
        yield Finding("negative_ignored", Severity.WARNING, message, f"{field}.t2v_negative")
    words = len(scene.t2v_prompt or scene.intent)
    if model.max_prompt_characters and words > model.max_prompt_characters:
        message = (
            f"{model.model} reads {model.max_prompt_characters} characters; scene {scene.id} has {words}."
        )
        yield Finding("prompt_too_long", Severity.WARNING, message, f"{field}.t2v_prompt")


def _variety(brief: AdBrief) -> Iterator[Finding]:
    """Two shots of one size and one move side by side look like a mistake in the cut."""
    shots = [read_shot(brief.product, scene) for scene in brief.scenes]
    for number in range(1, len(shots)):
        before, here = brief.scenes[number - 1], brief.scenes[number]
        same_size = shots[number].sizes[:1] == shots[number - 1].sizes[:1] != ()
        same_move = before.camera is not None and before.camera == here.camera
        if same_size and same_move:
            message = f"Scenes {before.id} and {here.id} have the same shot size and camera."
            fix = fixes.change_lens(here.id)
            yield Finding("shots_alike", Severity.SUGGESTION, message, f"scenes[{number}].camera", fix)
