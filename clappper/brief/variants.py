"""Variations of an ad for a fair test: each changes one named thing, and says what it should prove."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import get_args

from clappper.brief.schema import AdBrief, Aspect, Camera, Move, Scene, TextBlock

ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
_BUTTONS = {
    "conversion": ("Get Yours", "Buy Now", "Order Today"),
    "awareness": ("Discover More", "Learn More", "See How"),
    "ugc": ("Try It", "Get Yours", "See For Yourself"),
    "launch": ("Be First", "Pre-order Now", "Get Early Access"),
}
_MOVES: tuple[Move, ...] = ("orbit", "dolly_in", "pan", "dolly_out", "tilt")


@dataclass(frozen=True, slots=True)
class Variation:
    """A brief that differs from the original in ``variable`` only. ``name`` is fit for a file."""

    name: str
    variable: str
    value: str
    hypothesis: str
    brief: AdBrief


def variations(brief: AdBrief, count: int) -> tuple[Variation, ...]:
    """Make up to ``count`` variations: hook, shot and call to action in turn, then again with other values.

    There are fewer when the brief leaves no more to change.
    """
    makers: tuple[Callable[[AdBrief], Iterator[Variation]], ...] = (_hooks, _shots, _ctas)
    return tuple(islice(_in_turn([make(brief) for make in makers]), count))


def _in_turn(sources: list[Iterator[Variation]]) -> Iterator[Variation]:
    while sources:
        for source in tuple(sources):
            found = next(source, None)
            if found is None:
                sources.remove(source)
            else:
                yield found


def _hooks(brief: AdBrief) -> Iterator[Variation]:
    """Open on other words: over the first scene, and nothing else changes."""
    opening = min(brief.scenes, key=lambda scene: scene.start_s)
    said = {block.text.casefold() for block in opening.overlays.text_blocks}
    lines = {
        "benefit": (
            brief.product.key_benefit,
            "Opening on the benefit keeps more people past the first seconds.",
        ),
        "offer": (brief.cta.headline, "Opening on the offer brings people who are ready to act."),
        "name": (brief.product.name, "Opening on the product's name is remembered better."),
    }
    for value, (text, hypothesis) in lines.items():
        if text.casefold() not in said:
            block = TextBlock(text=text, position="center")
            overlays = opening.overlays.model_copy(update={"text_blocks": (block,)})
            changed = _with_scene(brief, opening, overlays=overlays)
            yield _variation(brief, changed, "hook", value, hypothesis)


def _shots(brief: AdBrief) -> Iterator[Variation]:
    """Move the camera differently in the scene that shows the product."""
    shown = next((scene for scene in brief.scenes if scene.type == "packshot"), brief.scenes[0])
    camera = shown.camera or Camera()
    for move in _MOVES:
        if move != camera.move:
            changed = _with_scene(brief, shown, camera=camera.model_copy(update={"move": move}))
            words = move.replace("_", " ")
            yield _variation(brief, changed, "shot", move, f"A {words} shows the product better.")


def _ctas(brief: AdBrief) -> Iterator[Variation]:
    """Ask with other words on the button."""
    for text in _BUTTONS[brief.project.objective]:
        if text.casefold() != brief.cta.button_text.casefold():
            cta = brief.cta.model_copy(update={"button_text": text})
            hypothesis = f'"{text}" makes more people act than "{brief.cta.button_text}".'
            yield _variation(brief, brief.model_copy(update={"cta": cta}), "cta", text, hypothesis)


def _with_scene(brief: AdBrief, old: Scene, **changes: object) -> AdBrief:
    new = old.model_copy(update=changes)
    scenes = tuple(new if scene.id == old.id else scene for scene in brief.scenes)
    return brief.model_copy(update={"scenes": scenes})


def _variation(original: AdBrief, changed: AdBrief, variable: str, value: str, hypothesis: str) -> Variation:
    parts = (original.project.name, variable, value)
    name = "_".join(re.sub(r"[^\w]+", "-", part).strip("-").lower() for part in parts)
    return Variation(name, variable, value, hypothesis, changed)
