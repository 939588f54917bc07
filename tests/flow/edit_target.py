"""Random edits through a session, for the tests of project safety; as a program it edits until it is killed.

``python -m tests.flow.edit_target PROJECT SEED`` prints the number of each step once it is stored.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.base.units import FrameRange
from clappper.flow.project.session import Session, open_session
from clappper.timeline.alone import alone
from clappper.timeline.attributes import Channel, set_grade, set_keyframe, set_transition
from clappper.timeline.captions import Caption, with_captions
from clappper.timeline.curves import add_keyframe, move_keyframe, raise_line
from clappper.timeline.model import (
    CaptionFace,
    CaptionLook,
    Clip,
    Grade,
    Keyframe,
    Marker,
    Solid,
    Timeline,
    Transition,
    TransitionKind,
)
from clappper.timeline.placing import (
    append,
    freeze_frame,
    insert,
    lift,
    move,
    overwrite,
    ripple_delete,
    split,
    split_all,
)
from clappper.timeline.queries import all_clips
from clappper.timeline.ranges import extract_range, lift_range, pieces_in
from clappper.timeline.selections import paste
from clappper.timeline.tracks import add_marker, move_marker, move_track, mute_track
from clappper.timeline.trims import Edge, rate_stretch, ripple_trim, roll, set_speed, slide, slip, trim

Change = Callable[[Timeline], Timeline]


def random_edit(dice: random.Random, timeline: Timeline) -> tuple[str, Change]:
    """Choose an edit; it may well be refused."""
    clips = [clip.id for _, clip in all_clips(timeline)] or ["none"]
    clip, by, at = dice.choice(clips), dice.randint(-40, 40), dice.randint(0, 500)
    edge = dice.choice(list(Edge))
    new = Clip(f"new-{dice.randrange(10**9)}", Solid("#224466"), FrameRange(0, dice.randint(1, 60)))
    kind = dice.choice(list(TransitionKind))
    edits: list[tuple[str, Change]] = [
        ("Trim", lambda t: trim(t, clip, by, edge)),
        ("Ripple trim", lambda t: ripple_trim(t, clip, by, edge)),
        ("Roll", lambda t: roll(t, clip, by)),
        ("Slip", lambda t: slip(t, clip, by)),
        ("Slide", lambda t: slide(t, clip, by)),
        ("Speed", lambda t: set_speed(t, clip, Fraction(dice.choice((1, 2, 3)), 2), ripple=True)),
        ("Split", lambda t: split(t, clip, at)),
        ("Split all", lambda t: split_all(t, at)),
        ("Freeze", lambda t: freeze_frame(t, clip, at, 10)),
        ("Move", lambda t: move(t, clip, by, overwriting=True)),
        ("Lift", lambda t: lift(t, clip)),
        ("Delete", lambda t: ripple_delete(t, clip)),
        ("Insert", lambda t: insert(t, "shots", new, at)),
        ("Insert", lambda t: insert(t, "shots", new, at)),
        ("Overwrite", lambda t: overwrite(t, "shots", new, at)),
        ("Append", lambda t: append(t, "shots", new)),
        ("Transition", lambda t: set_transition(t, clip, Transition(kind, 8))),
        ("Grade", lambda t: set_grade(t, clip, Grade(exposure=by / 40))),
        ("Scale", lambda t: set_keyframe(t, clip, Channel.SCALE, Keyframe(at % 60, 1 + by / 100))),
        ("Marker", lambda t: add_marker(t, Marker(at, f"m{at}"))),
        ("Mute", lambda t: mute_track(t, "music", muted=by > 0)),
        *_newer_edits(dice, clip, by, at, edge),
    ]
    return dice.choice(edits)


def _newer_edits(dice: random.Random, clip: str, by: int, at: int, edge: Edge) -> list[tuple[str, Change]]:
    span = FrameRange(at, at + dice.randint(1, 40))
    look = dice.choice((None, CaptionLook(CaptionFace.BOLD, size=1.2)))
    channel = dice.choice((Channel.GAIN, Channel.OPACITY))
    return [
        ("Rate stretch", lambda t: rate_stretch(t, clip, by, edge)),
        ("Trim alone", lambda t: alone(t, lambda one: trim(one, clip, by, edge))),
        ("Lift range", lambda t: lift_range(t, span)),
        ("Extract range", lambda t: extract_range(t, span)),
        ("Paste insert", lambda t: paste(t, pieces_in(t, span), at, inserting=by > 0)),
        ("Line", lambda t: raise_line(t, clip, channel, at % 60, by / 40)),
        ("Keyframe", lambda t: add_keyframe(t, clip, channel, at % 60)),
        ("Keyframe moved", lambda t: move_keyframe(t, clip, channel, at % 60, by % 9, by / 40)),
        ("Caption", lambda t: with_captions(t, (Caption(span, "One two.", (0,), look),))),
        ("Marker moved", lambda t: move_marker(t, at, by)),
        ("Track up", lambda t: move_track(t, "shots", up=by > 0)),
    ]


def edit_once(session: Session, dice: random.Random) -> None:
    """Take one random edit that is accepted and changes something."""
    steps = session.place
    while session.place == steps:
        with suppress(ClappperError):
            session.edit(*random_edit(dice, session.timeline))


async def edit_until_killed(folder: Path, seed: int) -> None:
    session = await open_session(folder, EventHub())
    dice = random.Random(seed)
    for _ in itertools.count():
        edit_once(session, dice)
        print(session.project.journal.place, flush=True)


if __name__ == "__main__":
    asyncio.run(edit_until_killed(Path(sys.argv[1]), int(sys.argv[2])))
