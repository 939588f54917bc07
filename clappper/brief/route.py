"""Which engine makes a shot, and why: the rules of routing, with every fallback named before it is taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from clappper.base.errors import ClappperError
from clappper.brief.plan import split_shot
from clappper.brief.schema import AdBrief, Scene
from clappper.brief.steering import given_controls
from clappper.brief.storyboard import PlannedScene, Storyboard
from clappper.providers.contract import Capabilities, Issue, Kind
from clappper.usd.direction import product_kind

COHERENT_SECONDS = 10.0
_STRICT = re.compile(
    r"exact (framing|blocking|position|placement)|logo safe[- ]?zone"
    r"|label (must be |is |stays )?(readable|legible)|(readable|legible) label"
    r"|identity consisten|consistent identity|pixel[- ]perfect|coherent motion"
)
SCENE_PROVIDER, RTX_MODEL = "usd_scene", "rtx"
_VIDEO = frozenset({Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES})

_SCENES = {
    "packshot": "A packshot",
    "lifestyle": "A lifestyle scene",
    "montage": "A montage",
    "endcard": "An end card",
}


class Engine(StrEnum):
    """A way to make footage. LOCAL_3D stands in for Omniverse where no RTX renderer is."""

    OMNIVERSE = "omniverse"
    LOCAL_3D = "local3d"
    COSMOS = "cosmos"
    T2V = "t2v"
    EMBEDDED = "embedded"


SCENE_ENGINES = frozenset({Engine.OMNIVERSE, Engine.LOCAL_3D})
_LADDERS = {
    Engine.LOCAL_3D: (Engine.LOCAL_3D, Engine.T2V, Engine.EMBEDDED),
    Engine.OMNIVERSE: (Engine.OMNIVERSE, Engine.LOCAL_3D, Engine.T2V, Engine.EMBEDDED),
    Engine.COSMOS: (Engine.COSMOS, Engine.T2V, Engine.EMBEDDED),
    Engine.T2V: (Engine.T2V, Engine.EMBEDDED),
}
_MISSING = {
    Engine.OMNIVERSE: "no RTX renderer is set up",
    Engine.LOCAL_3D: "no local 3D renderer is installed",
    Engine.COSMOS: "no Cosmos provider has a key",
    Engine.T2V: "no text-to-video model with a known price is ready",
    Engine.EMBEDDED: "no embedded generator is installed",
}
_NAMES = {
    Engine.OMNIVERSE: "omniverse",
    Engine.LOCAL_3D: "local 3D",
    Engine.COSMOS: "cosmos",
    Engine.T2V: "t2v",
    Engine.EMBEDDED: "embedded motion",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One model that can make a shot. ``seconds`` is what to ask for; ``longest`` the most of one call."""

    engine: Engine
    provider: str
    model: str
    kind: Kind
    seconds: float
    fps: float
    longest: float
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """A shot's engine. ``rule`` and ``field`` tell what decided; ``reason`` tells it all in words.

    ``fallbacks`` are the choices left if this one fails. ``keyframes`` names where keyframes come from
    in keyframe mode: omniverse, t2i, or nowhere (empty). ``controls`` is the 3D renderer that first makes
    what steers the shot; None where nothing is needed, or the brief has it.
    """

    shot_id: str
    choice: Choice
    rule: str
    field: str
    reason: str
    fallbacks: tuple[Choice, ...] = ()
    keyframes: str = ""
    controls: Choice | None = None

    @property
    def engine(self) -> Engine:
        return self.choice.engine

    @property
    def provider(self) -> str:
        return self.choice.provider

    @property
    def model(self) -> str:
        return self.choice.model

    @property
    def is_too_long(self) -> bool:
        """Tell whether the shot has to be cut into several to be made."""
        return self.choice.seconds > self.choice.longest


@dataclass(frozen=True, slots=True)
class _Wish:
    engine: Engine
    rule: str
    field: str
    reason: str


def engine_of(model: Capabilities) -> Engine | None:
    """Tell which engine a model belongs to; None for one that makes no footage."""
    if model.provider == SCENE_PROVIDER:
        return Engine.OMNIVERSE if model.model == RTX_MODEL else Engine.LOCAL_3D
    if model.provider in {Engine.OMNIVERSE, Engine.LOCAL_3D}:
        return Engine(model.provider)
    if Kind.TRANSFER in model.kinds or model.provider.startswith(Engine.COSMOS):
        return Engine.COSMOS
    if not _VIDEO.intersection(model.kinds) or (model.needs_picture and not model.generative):
        return None
    return Engine.T2V if model.generative else Engine.EMBEDDED


Favour = Callable[[str, str], float]
"""How much people liked what a provider made of scenes of a type, 0 to 1, from (type, provider)."""


def no_favour(_: str, __: str) -> float:
    """Like all providers alike, as before any rating."""
    return 0.0


def route(
    shot: PlannedScene,
    storyboard: Storyboard,
    brief: AdBrief,
    models: tuple[Capabilities, ...],
    favour: Favour = no_favour,
) -> Route:
    """Choose what makes ``shot`` among ``models``, those that are ready to be used.

    ``favour`` decides between models that suit equally well at the same price, and nothing else.

    Raises:
        ClappperError: none of them can.
    """
    index, scene = next((i, s) for i, s in enumerate(brief.scenes) if s.id == shot.scene_id)
    wish = _wish(brief, scene, f"scenes[{index}]")
    ladder = _LADDERS[wish.engine]
    if wish.rule == "studio" and any(engine_of(model) is Engine.OMNIVERSE for model in models):
        ladder = _LADDERS[Engine.OMNIVERSE]
    obstacles: list[str] = []
    usable: list[Choice] = []
    renderers = _control_renderers(brief, scene, shot, storyboard, models)
    for engine in ladder:
        hurdle = _hurdle(engine, brief, scene, can_render=bool(renderers))
        choices = [] if hurdle else _choices(engine, shot, storyboard, brief, models, favour)
        if not usable and not choices:
            obstacles.append(hurdle or _why_none(engine, brief, models))
        usable.extend(choices)
    if not usable:
        raise ClappperError(
            f"Nothing can make shot {shot.id}: {'; '.join(obstacles)}.",
            "See clappper doctor for what is missing.",
        )
    steps = [f"{why} → {_NAMES[then]}" for why, then in zip(obstacles, ladder[1:], strict=False)]
    controls = None
    if usable[0].kind is Kind.TRANSFER and not given_controls(brief, scene):
        controls = renderers[0]
        steps.append(f"its controls are rendered in 3D first, by {controls.provider} {controls.model}")
    return Route(
        shot.id,
        usable[0],
        wish.rule,
        wish.field,
        f"{'; '.join([wish.reason, *steps])}.",
        fallbacks=tuple(usable[1:]),
        keyframes=_keyframe_source(brief, usable[0]),
        controls=controls,
    )


def route_storyboard(
    storyboard: Storyboard,
    brief: AdBrief,
    models: tuple[Capabilities, ...],
    favour: Favour = no_favour,
) -> tuple[Storyboard, Mapping[str, Route]]:
    """Route every shot, and cut those that are longer than what makes them can make in one piece.

    Raises:
        ClappperError: a shot cannot be made, or not be cut short enough.
    """
    for shot in storyboard.scenes:
        found = route(shot, storyboard, brief, models, favour)
        if found.is_too_long:
            storyboard = split_shot(storyboard, brief, shot.id, found.choice.longest)
    routes = {shot.id: route(shot, storyboard, brief, models, favour) for shot in storyboard.scenes}
    return storyboard, routes


def _wish(brief: AdBrief, scene: Scene, field: str) -> _Wish:
    """Apply the rules in their order; fallbacks come later."""
    if scene.provider_hint != "auto":
        engine = Engine(scene.provider_hint)
        return _Wish(engine, "hint", f"{field}.provider_hint", f"The scene asks for {engine}")
    wish = _rule(brief, scene, field)
    draft = brief.compute.quality == "draft"
    is_exact = scene.studio.product or (scene.type == "packshot" and _has_usd(brief))
    if draft and wish.engine is not Engine.T2V and not is_exact:
        reason = f"A draft goes to t2v instead of {wish.engine}"
        return _Wish(Engine.T2V, "draft", "compute.quality", reason)
    return wish


def _rule(brief: AdBrief, scene: Scene, field: str) -> _Wish:
    words = " ".join(text for text in (scene.intent, scene.action, scene.style) if text).lower()
    if strict := _STRICT.search(words):
        reason = f'"{strict[0]}" needs an exact picture'
        return _Wish(Engine.OMNIVERSE, "brand_strict", f"{field}.intent", reason)
    if scene.seconds > COHERENT_SECONDS:
        reason = f"{scene.seconds:g} s of coherent motion need an exact picture"
        return _Wish(Engine.OMNIVERSE, "brand_strict", f"{field}.end_s", reason)
    if scene.type in {"packshot", "endcard"} and _has_usd(brief):
        used = "usd_scene" if brief.assets.usd_scene else "product_usd"
        return _Wish(Engine.OMNIVERSE, "usd", f"assets.{used}", f"The {scene.type} has a USD model")
    if scene.studio.product or (scene.type in {"packshot", "endcard"} and _is_studio_product(brief, scene)):
        return _studio(brief, scene, field)
    if any(_flags(scene)) and scene.type != "endcard":
        return _Wish(
            Engine.COSMOS, "controls", f"{field}.structure_controls", "The scene has structure controls"
        )
    return _Wish(
        Engine.T2V, "default", f"{field}.type", f"{_SCENES[scene.type]} without special needs goes to t2v"
    )


def _has_usd(brief: AdBrief) -> bool:
    return bool(brief.assets.usd_scene or brief.assets.product_usd)


def _is_studio_product(brief: AdBrief, scene: Scene) -> bool:
    """Tell whether a studio model was asked for, or nothing shows the product and one stands for its kind."""
    if scene.studio.product:
        return True
    return not _has_pictures(brief) and bool(product_kind(brief.product.name, scene.intent))


def _studio(brief: AdBrief, scene: Scene, field: str) -> _Wish:
    if scene.studio.product:
        reason = f"The scene asks for a studio {scene.studio.product}"
        return _Wish(Engine.LOCAL_3D, "studio", f"{field}.studio.product", reason)
    kind = product_kind(brief.product.name, scene.intent)
    reason = f"The {scene.type} shows a {kind} without a photo: a studio model has its exact label"
    return _Wish(Engine.LOCAL_3D, "studio", "product.name", reason)


def _flags(scene: Scene) -> tuple[bool, bool, bool]:
    controls = scene.structure_controls
    return controls.use_seg, controls.use_depth, controls.use_pose


def _control_renderers(
    brief: AdBrief,
    scene: Scene,
    shot: PlannedScene,
    storyboard: Storyboard,
    models: tuple[Capabilities, ...],
) -> list[Choice]:
    """List what can render a shot's controls from a 3D model of the product, RTX first."""
    by_parts, by_depth, by_pose = _flags(scene)
    if not (_has_usd(brief) or _is_studio_product(brief, scene)) or (by_pose and not (by_parts or by_depth)):
        return []
    found = (
        _choices(engine, shot, storyboard, brief, models, no_favour)
        for engine in (Engine.OMNIVERSE, Engine.LOCAL_3D)
    )
    return [choice for choices in found for choice in choices if choice.provider == SCENE_PROVIDER]


def _hurdle(engine: Engine, brief: AdBrief, scene: Scene, *, can_render: bool) -> str:
    """Say what the brief lacks for an engine; nothing when it has all.

    ``can_render``: controls that it lacks can be rendered.
    """
    has_model = _has_usd(brief) or _is_studio_product(brief, scene)
    if engine in SCENE_ENGINES and not has_model:
        return "omniverse without a USD scene" if engine is Engine.OMNIVERSE else "no 3D model of the product"
    if engine is Engine.COSMOS and not (can_render or given_controls(brief, scene)):
        return "cosmos without controls"
    return ""


def _choices(
    engine: Engine,
    shot: PlannedScene,
    storyboard: Storyboard,
    brief: AdBrief,
    models: tuple[Capabilities, ...],
    favour: Favour,
) -> list[Choice]:
    """List the models of an engine that can make the shot, the most fitting first."""
    seconds = storyboard.footage_seconds(shot)
    fitting = [
        _choice(engine, model, seconds, brief)
        for model in sorted(models, key=lambda model: _preference(model, brief, shot.type, favour))
        if engine_of(model) is engine
        and (not model.aspects or brief.project.aspect in model.aspects)
        and (not model.needs_picture or _has_pictures(brief))
    ]
    return sorted(fitting, key=lambda choice: _misfit(choice, brief))


def _misfit(choice: Choice, brief: AdBrief) -> tuple[bool, bool, int]:
    """Say how badly a model suits a shot: too short, blind to the pictures there are, or otherwise odd."""
    is_blind = choice.engine is Engine.T2V and choice.kind is Kind.TEXT_TO_VIDEO and _has_pictures(brief)
    return choice.seconds > choice.longest, is_blind, len(choice.issues)


def _has_pictures(brief: AdBrief) -> bool:
    return bool(brief.assets.product_images or brief.assets.reference_images)


def _preference(
    model: Capabilities, brief: AdBrief, scene_type: str, favour: Favour
) -> tuple[int, bool, float, float, str, str]:
    """Order models: for high quality the larger picture first, then the cheaper, unknown prices last.

    Where that is the same, the one whose clips people liked better comes first.
    """
    pixels = model.max_width * model.max_height if brief.compute.quality == "high" else 0
    price = _micros_a_second(model)
    liked = favour(scene_type, model.provider)
    return -pixels, price is None, price or 0.0, -liked, model.provider, model.model


def _micros_a_second(model: Capabilities) -> float | None:
    """Make prices comparable; None where nobody knows beforehand, as for time on a graphics card."""
    if model.price is None or model.price.unit not in {"second", "clip"}:
        return None
    seconds = min(model.durations, default=model.seconds[1]) if model.price.unit == "clip" else 1.0
    return model.price.amount.micros / seconds


def _choice(engine: Engine, model: Capabilities, seconds: float, brief: AdBrief) -> Choice:
    issues = []
    fps = float(brief.project.fps)
    if model.fps and fps not in model.fps:
        fps = min(model.fps, key=lambda rate: abs(rate - brief.project.fps))
        made = f"{model.model} makes {fps:g} fps; the clip is conformed to {brief.project.fps}."
        issues.append(Issue("project.fps", made, blocking=False))
    if not model.reads_prompt:
        blind = f"{model.model} moves the picture without reading what the scene says."
        issues.append(Issue("scenes", blind, blocking=False))
    shortest, longest = model.seconds
    if seconds > longest:
        long = f"{model.model} makes at most {longest:g} s; the shot of {seconds:.2f} s is cut into several."
        issues.append(Issue("seconds", long, blocking=False))
    return Choice(
        engine,
        model.provider,
        model.model,
        _kind(engine, model, brief),
        max(seconds, shortest),
        fps,
        longest,
        tuple(issues),
    )


def _kind(engine: Engine, model: Capabilities, brief: AdBrief) -> Kind:
    """Choose what to ask for: pictures become motion where there are some, else words do."""
    if engine is Engine.COSMOS and Kind.TRANSFER in model.kinds:
        return Kind.TRANSFER
    order = [Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES]
    if engine is Engine.T2V and _has_pictures(brief):
        order = [Kind.IMAGE_TO_VIDEO, Kind.TEXT_TO_VIDEO, Kind.KEYFRAMES]
    return next((kind for kind in order if kind in model.kinds), model.kinds[0])


def _why_none(engine: Engine, brief: AdBrief, models: tuple[Capabilities, ...]) -> str:
    if any(engine_of(model) is engine for model in models):
        return f"no {_NAMES[engine]} model makes {brief.project.aspect}"
    return _MISSING[engine]


def _keyframe_source(brief: AdBrief, choice: Choice) -> str:
    if brief.compute.ip_frame_mode != "keyframes_plus_fill" or choice.engine is Engine.EMBEDDED:
        return ""
    return "omniverse" if _has_usd(brief) else "t2i"
