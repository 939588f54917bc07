"""Titles: bigger, lower, gone, or saying something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from clappper.flow.chat import amounts
from clappper.flow.chat.doing import each, start, titles_named, with_timeline
from clappper.flow.chat.reply import Operation, Place
from clappper.flow.chat.targets import (
    Target,
    titles_meant,
)
from clappper.flow.desk import Desk
from clappper.flow.project.session import with_brief
from clappper.timeline.attributes import set_motion, set_title
from clappper.timeline.model import (
    Clip,
    Keyframe,
    Motion,
    Timeline,
    Title,
    TitlePosition,
)
from clappper.timeline.placing import lift
from clappper.timeline.queries import clip_of

BIGGER = 1.2
LONGER_SECONDS = 1.0
_TITLE = re.compile(
    r"\b(bigger|larger|smaller|longer|shorter|higher|lower|up|down|top|bottom|cent(?:er|re)|middle|hide|remove|delete)\b"
)
_QUOTED = re.compile(r"[“\"'‘]([^”\"’]{1,120})[”\"'’]\s*$")
_PLAIN = re.compile(r"\b(?:to|say|says|reads?|into)\s+(\S.{0,119})$")
_REWORD = re.compile(r"\b(change|set|say|says|rename|replace|write|read)\b")


def titles(text: str, desk: Desk, place: Place) -> Iterator[Operation]:
    """The headline bigger, lower, gone, or saying something else: words go into the brief."""
    if not titles_named(text, desk):
        return
    target = titles_meant(text, desk.timeline)
    assert target is not None
    if _REWORD.search(text):
        quoted, plain = _QUOTED.search(text), _PLAIN.search(text)
        if quoted or (plain and not _TITLE.search(plain[1])):
            words = (quoted or plain)[1]  # type: ignore[index]
            yield _reworded(target, _as_said(words.strip(), place), desk)
            return
    match = _TITLE.search(text)
    if match is None:
        return
    word = match[1]
    if word in {"bigger", "larger", "smaller"}:
        grown = BIGGER ** amounts.emphasis(text)
        factor = grown if word != "smaller" else 1 / grown
        yield Operation(
            "Scale titles",
            f"{start(target.words)}: {factor:.0%} of its size.",
            each(target, lambda timeline, clip: set_motion(timeline, clip.id, _scaled(clip.motion, factor))),
        )
    elif word in {"hide", "remove", "delete"}:
        yield Operation(
            "Hide titles",
            f"{start(target.words)}: gone.",
            each(target, lambda timeline, clip: lift(timeline, clip.id)),
        )
    elif word in {"longer", "shorter"}:
        yield _lasting(text, word, target, desk)
    else:
        yield _positioned(word, target)


def _as_said(words: str, place: Place) -> str:
    """Give words in the letters in which they were typed."""
    at = place.said.lower().find(words)
    return place.said[at : at + len(words)] if at >= 0 else words


def _scaled(motion: Motion, factor: float) -> Motion:
    curve = motion.scale or (Keyframe(0, 1.0),)
    return replace(motion, scale=tuple(replace(key, value=round(key.value * factor, 4)) for key in curve))


def _lasting(text: str, word: str, target: Target, desk: Desk) -> Operation:
    rate = desk.timeline.rate
    frames = amounts.frames_in(text, rate.fps) or rate.frame_at(LONGER_SECONDS * amounts.emphasis(text))
    by = frames if word == "longer" else -frames

    def change(desk: Desk) -> Desk:
        from clappper.timeline.trims import trim

        timeline = desk.timeline
        for clip_id in target.clip_ids:
            timeline = trim(timeline, clip_id, by)
        return with_timeline(desk, timeline)

    return Operation(
        "Time titles", f"{start(target.words)}: {frames / float(rate.fps):.2g} s {word}.", change
    )


def _positioned(word: str, target: Target) -> Operation:
    places = {"top": TitlePosition.TOP, "higher": TitlePosition.TOP, "up": TitlePosition.TOP}
    places |= dict.fromkeys(("center", "centre", "middle"), TitlePosition.CENTER)
    position = places.get(word, TitlePosition.BOTTOM)

    def one(timeline: Timeline, clip: Clip) -> Timeline:
        assert isinstance(clip.content, Title)
        return set_title(timeline, clip.id, replace(clip.content, position=position))

    return Operation("Place titles", f"{start(target.words)}: at the {position.value}.", each(target, one))


def _reworded(target: Target, words: str, desk: Desk) -> Operation:
    clip = clip_of(desk.timeline, target.clip_ids[0])
    assert isinstance(clip.content, Title)
    field, old = clip.content.field, clip.content.text

    def change(desk: Desk) -> Desk:
        if field.count(".") == 1:
            part, name = field.split(".")
            record = getattr(desk.brief, part)
            brief = desk.brief.model_validate(
                {**desk.brief.model_dump(), part: {**record.model_dump(), name: words}}
            )
            return with_brief(desk, brief)
        timeline = desk.timeline
        for clip_id in target.clip_ids:
            title = clip_of(timeline, clip_id).content
            assert isinstance(title, Title)
            timeline = set_title(timeline, clip_id, replace(title, text=words))
        return with_timeline(desk, timeline)

    return Operation("Change words", f"{start(target.words)}: “{old}” becomes “{words}”.", change)
