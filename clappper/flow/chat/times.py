"""When things happen: shorter, slower, frozen, split, dissolved, on the beat, another take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from clappper.base.errors import ClappperError
from clappper.flow.chat import amounts
from clappper.flow.chat.doing import each, start, titles_named, with_timeline
from clappper.flow.chat.pictures import LOOK_WORDS
from clappper.flow.chat.reply import Operation, Place
from clappper.flow.chat.targets import (
    Target,
    main_track,
    scene_name,
    shots_meant,
)
from clappper.flow.desk import Desk
from clappper.timeline.attributes import set_transition
from clappper.timeline.beats import cuts_to_beats
from clappper.timeline.model import (
    Clip,
    Footage,
    Timeline,
    Transition,
    TransitionKind,
)
from clappper.timeline.pieces import plays
from clappper.timeline.placing import freeze_frame, ripple_delete, split
from clappper.timeline.queries import clip_of
from clappper.timeline.takes import set_take
from clappper.timeline.trims import Edge, ripple_trim, set_speed

DISSOLVE_SECONDS = 0.4
FREEZE_SECONDS = 1.0
LONGER_SECONDS = 1.0
_TIMES = re.compile(
    r"\b(cut|trim|shorten|shorter|tighten|take)\b|\b(longer|extend|lengthen|linger)\b|\b(delete|remove|drop|lose)\b"
)
_SPEED = re.compile(
    r"\b(speed up|faster|quicker|slow down|slower|slow[- ]?mo(?:tion)?|normal speed|real time)\b"
)
_FREEZE = re.compile(r"\b(freeze|hold (?:the|this) (?:frame|picture))\b")
_SPLIT = re.compile(r"\b(split|blade|cut here)\b")
_CROSS = re.compile(
    r"\b(hard cuts?|no transitions?|dissolves?|cross ?fades?|dips?|wipes?|whips?|push(?:es)? transition)\b"
)
_BEATS = re.compile(r"\b(on|to) (?:the )?beats?\b|\bbeat[- ]?(?:match|sync)")
_TAKE = re.compile(r"\b(?:take|version)\s+(\d+)\b|\b(next|other|another|previous) (?:take|version)\b")


def timing(text: str, desk: Desk, place: Place) -> Iterator[Operation]:
    """Cut two seconds from scene 3, make it longer, delete it: what follows moves along."""
    match = _TIMES.search(text)
    if match is None or titles_named(text, desk) or _CROSS.search(text) or LOOK_WORDS.search(text):
        return
    target = shots_meant(text, desk, place)
    if match[3] or (
        re.search(r"\bcut (?:out )?(?:scene|shot|clip|this)\b", text) and amounts.seconds_in(text) is None
    ):
        yield Operation(
            "Delete", f"{start(target.words)}: deleted, what follows moves up.", each(target, _deleted)
        )
        return
    rate = desk.timeline.rate
    frames = amounts.frames_in(text, rate.fps) or rate.frame_at(LONGER_SECONDS * amounts.emphasis(text))
    edge = Edge.HEAD if re.search(r"\b(start|beginning|head|front)\b", text) else Edge.TAIL
    shorter = match[1] is not None
    by = -frames if shorter == (edge is Edge.TAIL) else frames
    shown = f"{frames / float(rate.fps):.2g} s {'shorter' if shorter else 'longer'}"
    last = target.clip_ids[-1] if edge is Edge.TAIL else target.clip_ids[0]

    def change(desk: Desk) -> Desk:
        return with_timeline(desk, ripple_trim(desk.timeline, last, by, edge))

    yield Operation("Shorten" if shorter else "Lengthen", f"{start(target.words)}: {shown}.", change)


def _deleted(timeline: Timeline, clip: Clip) -> Timeline:
    return ripple_delete(timeline, clip.id)


def speed(text: str, desk: Desk, place: Place) -> Iterator[Operation]:
    match = _SPEED.search(text)
    if match is None:
        return
    target, word = shots_meant(text, desk, place), match[1]
    factor = Fraction(3, 2) if word.startswith(("speed", "fast", "quick")) else Fraction(1, 2)
    if (times := amounts.times_in(text)) is not None:
        factor = (
            Fraction(times).limit_denominator(100)
            if factor > 1
            else 1 / Fraction(times).limit_denominator(100)
        )
    elif (percent := amounts.percent_in(text)) is not None:
        share = Fraction(percent).limit_denominator(100) / 100
        factor = 1 + share if factor > 1 else max(1 - share, Fraction(1, 20))
    reset = word in {"normal speed", "real time"}

    def retimed(timeline: Timeline, clip: Clip) -> Timeline:
        if not plays(clip):
            return timeline
        return set_speed(timeline, clip.id, Fraction(1) if reset else clip.mean_speed * factor, ripple=True)

    how = "at its own speed" if reset else f"{float(factor):.2g} times as fast"
    yield Operation("Change the speed", f"{start(target.words)}: {how}.", each(target, retimed))


def freeze(text: str, desk: Desk, place: Place) -> Iterator[Operation]:
    if not _FREEZE.search(text):
        return
    target = shots_meant(text, desk, place)
    clip = clip_of(desk.timeline, target.clip_ids[-1])
    frame = place.frame if place.frame in clip.placed else clip.placed.end - 1
    length = amounts.frames_in(text, desk.timeline.rate.fps) or desk.timeline.rate.frame_at(FREEZE_SECONDS)

    def change(desk: Desk) -> Desk:
        return with_timeline(desk, freeze_frame(desk.timeline, clip.id, frame, length))

    seconds = length / float(desk.timeline.rate.fps)
    shown = f"the picture at {desk.timeline.rate.timecode(frame)} stands for {seconds:.2g} s"
    yield Operation("Freeze", f"{start(target.words)}: {shown}.", change)


def cut_in_two(text: str, desk: Desk, place: Place) -> Iterator[Operation]:
    if not _SPLIT.search(text):
        return
    target = shots_meant(text, desk, place)
    at = amounts.frames_in(text, desk.timeline.rate.fps)
    frame = place.frame if at is None else at

    def change(desk: Desk) -> Desk:
        return with_timeline(desk, split(desk.timeline, target.clip_ids[0], frame))

    yield Operation(
        "Split", f"{start(target.words)}: cut in two at {desk.timeline.rate.timecode(frame)}.", change
    )


def transitions(text: str, desk: Desk, place: Place) -> Iterator[Operation]:
    """Dissolve between two scenes, into one, or hard cuts throughout."""
    match = _CROSS.search(text)
    if match is None:
        return
    track, word = main_track(desk.timeline), match[1]
    kinds = {
        "dip": TransitionKind.DIP,
        "wipe": TransitionKind.WIPE,
        "whip": TransitionKind.WHIP,
        "push": TransitionKind.PUSH,
    }
    kind = next((kind for start, kind in kinds.items() if word.startswith(start)), TransitionKind.DISSOLVE)
    named = re.search(r"\b(scene|shot|clip|this|end ?card|first|last|selected)\b", text)
    target = shots_meant(text, desk, place) if named else Target((), "every cut", is_all=True)
    ids = [clip.id for clip in track.clips[1:]] if target.is_all else list(target.clip_ids)
    if "between" in text and len(ids) > 1:
        ids = ids[1:]
    length = amounts.frames_in(text, desk.timeline.rate.fps) or desk.timeline.rate.frame_at(DISSOLVE_SECONDS)
    style = None if word.startswith(("hard", "no")) else Transition(kind, length)

    def change(desk: Desk) -> Desk:
        timeline = desk.timeline
        for clip_id in ids:
            timeline = set_transition(timeline, clip_id, style)
        return with_timeline(desk, timeline)

    shown = "hard cuts" if style is None else f"a {kind.value} of {length} frames"
    yield Operation("Change transitions", f"{start(target.words)}: {shown}.", change)


def beats(text: str, desk: Desk, place: Place) -> Iterator[Operation]:  # noqa: ARG001 - the shape of a verb
    if not _BEATS.search(text):
        return
    track = main_track(desk.timeline)
    _, moves = cuts_to_beats(desk.timeline, track.id)
    moved = sum(1 for move in moves if move.cut.moved_frames and not move.problem)

    def change(desk: Desk) -> Desk:
        return with_timeline(desk, cuts_to_beats(desk.timeline, track.id)[0])

    yield Operation("Cut on the beat", f"{moved} of {len(moves)} cuts roll to a beat near them.", change)


def takes(text: str, desk: Desk, place: Place) -> Iterator[Operation]:
    match = _TAKE.search(text)
    if match is None:
        return
    target = shots_meant(_TAKE.sub(" ", text), desk, place)
    clip = clip_of(desk.timeline, target.clip_ids[0])
    if not isinstance(clip.content, Footage) or len(clip.content.takes) < 2:
        raise ClappperError(
            f"There is only one take of {scene_name(desk, clip)}.", "Vary its seed to get another."
        )
    count, back = len(clip.content.takes), match[2] == "previous"
    number = int(match[1]) if match[1] else (clip.content.active + (-1 if back else 1)) % count + 1
    if not 1 <= number <= count:
        raise ClappperError(f"There is no take {number}: {scene_name(desk, clip)} has {count}.")
    take = clip.content.takes[number - 1]

    def change(desk: Desk) -> Desk:
        return with_timeline(desk, set_take(desk.timeline, clip.id, take.id).timeline)

    yield Operation("Flip the take", f"{start(target.words)}: take {number} of {count}.", change)
