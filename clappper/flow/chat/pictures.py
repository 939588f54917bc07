"""How the picture looks: brighter, warmer, more grain, more movement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.flow.chat import amounts
from clappper.flow.chat.doing import each, start, titles_named, with_timeline
from clappper.flow.chat.reply import Operation, Place
from clappper.flow.chat.targets import (
    Target,
    shots_meant,
)
from clappper.flow.desk import Desk
from clappper.timeline.attributes import set_grade, set_motion
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import (
    Clip,
    Grade,
    Keyframe,
    Timeline,
)

EXPOSURE, CONTRAST, SATURATION, WARMTH = 0.35, 0.2, 0.25, 0.25
PUSH = 0.1
"""How far “more motion” pushes into a shot."""

_GRADES: tuple[tuple[str, str, float], ...] = (
    (r"\b(bright(?:er|en)?|lighter|lighten|too dark|more light)\b", "exposure", EXPOSURE),
    (r"\b(dark(?:er|en)?|dimmer|dim|too bright|less light|moodier)\b", "exposure", -EXPOSURE),
    (r"\b(warm(?:er)?|too cold|golden|cosier|cozier)\b", "temperature", WARMTH),
    (r"\b(cool(?:er)?|cold(?:er)?|too warm|bluer)\b", "temperature", -WARMTH),
    (r"\b(more contrast|contrastier|punch(?:ier)?|crisper)\b", "contrast", CONTRAST),
    (r"\b(less contrast|flatter|softer contrast)\b", "contrast", -CONTRAST),
    (
        r"\b(more (?:colou?r(?:ful)?|saturat\w+)|colou?rful|saturated|saturate|vivid|vibrant)\b",
        "saturation",
        SATURATION,
    ),
    (
        r"\b(less (?:colou?r(?:ful)?|saturat\w+)|desaturate[d]?|muted colou?rs?|paler)\b",
        "saturation",
        -SATURATION,
    ),
)
_NAMES = {"exposure": "exposure", "temperature": "warmth", "contrast": "contrast", "saturation": "saturation"}
_BLACK_AND_WHITE = re.compile(r"\bblack (?:and|&) white\b|\bmonochrome\b|\bgr[ae]yscale\b")
LOOK_WORDS = re.compile(
    r"\b(more|less|no|add(?: some)?|stronger|weaker|remove(?: the)?)\s+(grain|vignette|lut|look|filter)\b"
)
_MOVING = re.compile(
    r"\b(more (?:motion|movement|energy|dynamic)|(?:more )?dynamic|push in|zoom in|pull out|zoom out|"
    r"less (?:motion|movement)|calm(?:er)?|still(?:er)?|no (?:motion|movement)|pan left|pan right)\b"
)


def grade(text: str, desk: Desk, place: Place) -> Iterator[Operation]:
    """Brighter, warmer, more contrast …; for the whole ad in the look, for shots in their own grade."""
    wanted: dict[str, float] = {}
    factor = amounts.emphasis(text)
    for pattern, field, step in _GRADES:
        if re.search(pattern, text):
            wanted[field] = step * factor
    if "exposure" in wanted and (stops := amounts.stops_in(text)) is not None:
        wanted["exposure"] = stops if wanted["exposure"] > 0 else -stops
    if _BLACK_AND_WHITE.search(text):
        wanted["saturation"] = -2.0
    if not wanted:
        return
    target = shots_meant(text, desk, place)
    if target.is_all or ("palette" in text and not target.is_named):
        yield _look_grade(wanted)
    else:
        yield _clip_grade(wanted, target)


def _look_grade(wanted: dict[str, float]) -> Operation:
    def change(desk: Desk) -> Desk:
        look = desk.timeline.look
        return with_timeline(
            desk, replace(desk.timeline, look=replace(look, grade=_added(look.grade, wanted)))
        )

    return Operation("Grade the ad", f"The whole ad: {_amounts(wanted)}.", change)


def _clip_grade(wanted: dict[str, float], target: Target) -> Operation:
    def one(timeline: Timeline, clip: Clip) -> Timeline:
        return set_grade(timeline, clip.id, _added(clip.grade, wanted))

    return Operation("Grade", f"{start(target.words)}: {_amounts(wanted)}.", each(target, one))


def _added(grade: Grade, wanted: dict[str, float]) -> Grade:
    def sum_of(field: str, lowest: float, highest: float) -> float:
        before: float = getattr(grade, field)
        return round(min(max(before + wanted.get(field, 0.0), lowest), highest), 3)

    return Grade(
        sum_of("exposure", -3.0, 3.0),
        *(sum_of(field, -1.0, 1.0) for field in ("contrast", "saturation", "temperature")),
    )


def _amounts(wanted: dict[str, float]) -> str:
    if wanted.get("saturation", 0.0) <= -2.0:
        return "black and white"
    parts = (
        f"{_NAMES[field]} {value:+.2g}{' stops' if field == 'exposure' else ''}"
        for field, value in wanted.items()
    )
    return ", ".join(parts)


def look(text: str, desk: Desk, place: Place) -> Iterator[Operation]:  # noqa: ARG001 - the shape of a verb
    """More grain, no vignette, a weaker look: for the whole ad."""
    for how, what in LOOK_WORDS.findall(text):
        field = {"grain": "grain", "vignette": "vignette"}.get(what, "lut_strength")
        if field == "lut_strength" and not desk.timeline.look.lut:
            raise ClappperError("The ad has no look to change.", "Choose one in the inspector first.")
        before = float(getattr(desk.timeline.look, field))
        step = 0.25 * amounts.emphasis(text)
        gone = how.startswith(("no", "remove"))
        after = 0.0 if gone else before + (-step if how in {"less", "weaker"} else step)
        after = round(min(max(after, 0.0), 1.0), 3)

        def change(desk: Desk, field: str = field, after: float = after) -> Desk:
            changes = {field: after}
            return with_timeline(desk, replace(desk.timeline, look=replace(desk.timeline.look, **changes)))  # type: ignore[arg-type]

        yield Operation(f"Change the {what}", f"{start(what)}: {before:.0%} to {after:.0%}.", change)


def motion(text: str, desk: Desk, place: Place) -> Iterator[Operation]:
    """More or less movement: a slow push in or out, or a pan, over each shot."""
    match = _MOVING.search(text)
    if match is None or titles_named(text, desk):
        return
    target, word = shots_meant(text, desk, place), match[1]
    push = PUSH * amounts.emphasis(text)
    if word.startswith(("less", "calm", "still", "no ")):
        yield Operation("Still shots", f"{start(target.words)}: no more movement.", each(target, _stilled))
        return

    def moving(timeline: Timeline, clip: Clip) -> Timeline:
        outwards = "out" in word or ("in" not in word.split() and target.clip_ids.index(clip.id) % 2 == 1)
        near, far = 1.0 + push, 1.0
        last = max(1, len(clip.placed) - 1)
        ends = (near, far) if outwards else (far, near)
        if word.startswith("pan"):
            side = push / 2 if word == "pan left" else -push / 2
            x = (Keyframe(0, side), Keyframe(last, -side))
            return set_motion(timeline, clip.id, replace(clip.motion, x=x, scale=(Keyframe(0, near),)))
        scale = (Keyframe(0, ends[0]), Keyframe(last, ends[1]))
        return set_motion(timeline, clip.id, replace(clip.motion, scale=scale))

    how = (
        f"a slow {word}"
        if word.startswith(("push", "zoom", "pull", "pan"))
        else "slow pushes in and out in turn"
    )
    yield Operation("Move the picture", f"{start(target.words)}: {how}, {push:.0%}.", each(target, moving))


def _stilled(timeline: Timeline, clip: Clip) -> Timeline:
    middle = len(clip.placed) // 2
    scale = value_at(clip.motion.scale, middle, 1.0)
    held = replace(clip.motion, x=(), y=(), scale=() if scale >= 1.0 else (Keyframe(0, scale),))
    return set_motion(timeline, clip.id, held)
