from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.brief.schema import AdBrief
from clappper.flow.chat.read import EXAMPLES, read, take
from clappper.flow.chat.reply import Place
from clappper.flow.desk import Desk, empty_timeline
from clappper.flow.project.session import Session
from clappper.timeline.beats import set_beats
from clappper.timeline.change import with_clips
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import (
    Clip,
    Footage,
    Look,
    Marker,
    MediaKind,
    Take,
    Timeline,
    Title,
    TitlePosition,
    TitleRole,
    TransitionKind,
)
from clappper.timeline.queries import clip_of

HERE = Place(frame=100)
"""Over the second shot."""


def shot(name: str, frames: int = 600, takes: int = 1, kind: MediaKind = MediaKind.VIDEO) -> Footage:
    made = (Take(f"{name}{n}", f"media/{name}{n}.mp4", kind, FrameRange(0, frames)) for n in range(takes))
    return Footage(tuple(made))


@pytest.fixture
def desk(brief: AdBrief) -> Desk:
    """Make an edit of three shots of 3 s with titles, music, voice, beats, a look and a chorus."""
    shots = [
        Clip(name, shot(name, takes=2), FrameRange(90 * at, 90 * at + 90), 60, scene_id=brief.scenes[at].id)
        for at, name in enumerate("abc")
    ]
    titles = [
        Clip("head", Title(TitleRole.HEADLINE, brief.cta.headline, "cta.headline"), FrameRange(30, 80)),
        Clip("price", Title(TitleRole.PRICE, "$49", "product.price_text"), FrameRange(90, 140)),
    ]
    song = Clip("song", shot("song", 900, kind=MediaKind.AUDIO), FrameRange(0, 450))
    voice = Clip("voice", shot("voice", 900, kind=MediaKind.AUDIO), FrameRange(0, 200))
    clips = {"shots": shots, "titles": titles, "music": [song], "voice": [voice]}
    timeline = with_clips(empty_timeline(brief), clips)
    markers = (Marker(0, "Intro"), Marker(95, "Chorus"), Marker(190, "Outro"))
    timeline = replace(set_beats(timeline, (0, 45, 88, 183)), markers=markers, look=Look("media/l.cube"))
    return Desk(brief, timeline)


Proof = Callable[[Timeline], object]


def lengths(timeline: Timeline) -> list[int]:
    return [len(clip.placed) for clip in timeline.tracks[0].clips]


def exposures(timeline: Timeline) -> list[float]:
    return [clip.grade.exposure for clip in timeline.tracks[0].clips]


def ends(clip_id: str) -> Proof:
    def of(timeline: Timeline) -> tuple[float, float]:
        clip = clip_of(timeline, clip_id)
        return tuple(round(value_at(clip.motion.scale, at, 1.0), 3) for at in (0, len(clip.placed)))  # type: ignore[return-value]

    return of


def gains(timeline: Timeline) -> list[float]:
    return [value_at(clip_of(timeline, name).gain_db, 0, 0.0) for name in ("song", "voice")]


SENTENCES: list[tuple[str, Proof, object]] = [
    ("Make this scene brighter", exposures, [0, 0.35, 0]),
    ("please make scene 3 slightly darker", exposures, [0, 0, -0.175]),
    ("brighten the first shot by 0.5 stops", exposures, [0.5, 0, 0]),
    ("make everything brighter", lambda t: t.look.grade.exposure, 0.35),
    ("warmer palette", lambda t: t.look.grade.temperature, 0.25),
    ("this is too warm", lambda t: clip_of(t, "b").grade.temperature, -0.25),
    ("much more contrast in scene one", lambda t: clip_of(t, "a").grade.contrast, 0.4),
    ("the last scene in black and white", lambda t: clip_of(t, "c").grade.saturation, -1.0),
    ("make scenes 1 to 3 brighter", exposures, [0.35, 0.35, 0.35]),
    ("cut 1 s from scene 3 and 2 s from scene 1", lengths, [30, 90, 60]),
    ("scene 2 black and white", lambda t: clip_of(t, "b").grade.saturation, -1.0),
    ("more colourful and warmer from 0:00 to 0:02", lambda t: clip_of(t, "a").grade.saturation, 0.25),
    ("make scene 1 and scene 3 brighter", exposures, [0.35, 0, 0.35]),
    ("make scene 1 brighter and scene 2 darker", exposures, [0.35, -0.35, 0]),
    ("scene 1 brighter, then warmer", lambda t: clip_of(t, "a").grade.temperature, 0.25),
    ("add some grain", lambda t: t.look.grain, 0.25),
    ("weaker look", lambda t: t.look.lut_strength, 0.75),
    ("more motion in the chorus", ends("b"), (1.0, 1.1)),
    ("more motion in the chorus", ends("c"), (1.1, 1.0)),
    ("more motion in the chorus", ends("a"), (1.0, 1.0)),
    ("slowly push in on scene 1", ends("a"), (1.0, 1.1)),
    ("zoom out in shot 3", ends("c"), (1.1, 1.0)),
    ("cut 1 s from scene 3", lengths, [90, 90, 60]),
    (
        "Cut half a second from the start of scene 2.",
        lambda t: (lengths(t), clip_of(t, "b").source_start),
        ([90, 75, 90], 75),
    ),
    ("trim this by 10 frames", lengths, [90, 80, 90]),
    ("make scene 1 longer by 2 seconds", lengths, [150, 90, 90]),
    ("delete scene 2", lengths, [90, 90]),
    ("speed up scene 1 2x", lengths, [45, 90, 90]),
    ("slow down the last shot by 50 %", lengths, [90, 90, 180]),
    ("freeze this for 1 s", lengths, [90, 10, 30, 80, 90]),
    ("split this", lengths, [90, 10, 80, 90]),
    (
        "dissolve between scene 1 and 2",
        lambda t: [bool(c.transition) for c in t.tracks[0].clips],
        [False, True, False],
    ),
    ("wipe into scene 3", lambda t: t.tracks[0].clips[2].transition.kind, TransitionKind.WIPE),  # type: ignore[union-attr]
    ("hard cuts", lambda t: [c.transition for c in t.tracks[0].clips], [None, None, None]),
    ("cut on the beat", lengths, [88, 95, 87]),
    ("headline bigger", ends("head"), (1.2, 1.2)),
    ("make the price much smaller", ends("price"), (0.694, 0.694)),
    ("move the headline to the top", lambda t: clip_of(t, "head").content.position, TitlePosition.TOP),  # type: ignore[union-attr]
    ("hide the price", lambda t: len(t.tracks[1].clips), 1),
    ("show the price 1 s longer", lambda t: len(clip_of(t, "price").placed), 80),
    ("Change the headline to “Wake Up, Now”", lambda t: clip_of(t, "head").content.text, "Wake Up, Now"),  # type: ignore[union-attr]
    ("change the price to $39", lambda t: clip_of(t, "price").content.text, "$39"),  # type: ignore[union-attr]
    ("music quieter by 6 dB", gains, [-6.0, 0.0]),
    ("voice slightly louder", gains, [0.0, 1.5]),
    ("mute the music", lambda t: t.tracks[3].muted, True),
    ("fade out the music over 2 s", lambda t: clip_of(t, "song").fade_out_frames, 60),
    ("use take 2 of scene 1", lambda t: clip_of(t, "a").content.active, 1),  # type: ignore[union-attr]
    ("next take", lambda t: clip_of(t, "b").content.active, 1),  # type: ignore[union-attr]
]


@pytest.mark.parametrize(("sentence", "proof", "wanted"), SENTENCES)
def test_what_is_said_is_done(desk: Desk, sentence: str, proof: Proof, wanted: object) -> None:
    reply = read(sentence, desk, HERE)
    assert reply.problems == ()
    assert all(operation.words.endswith(".") for operation in reply.operations)
    assert proof(reply.changed(desk).timeline) == wanted


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("paint it like Monet", "not understood"),
        ("make scene 9 brighter", "no scene 9"),
        ("more motion in the bridge", "No marker is called bridge"),
        ("the disclaimer bigger", "shows no disclaimer"),
        ("effects louder", "no effects"),
        ("cut 60 s from scene 1", "Nothing would be left"),
        ("use take 7 of scene 1", "no take 7"),
        ("", "nothing to do"),
    ],
)
def test_what_is_not_understood_or_impossible_is_said(desk: Desk, sentence: str, said: str) -> None:
    reply = read(sentence, desk, HERE)
    assert reply.operations == ()
    assert said in reply.problems[0]
    assert "brighter" in reply.hint


def test_the_examples_work_and_one_bad_clause_spoils_no_other(desk: Desk) -> None:
    for example in EXAMPLES:
        assert read(example, desk, HERE).problems == (), example
    reply = read("make this brighter, then dance", desk, HERE)
    assert [operation.words for operation in reply.operations] == [
        "The shot under the playhead: exposure +0.35 stops."
    ]
    assert reply.problems == ("“dance” is not understood.",)


def test_words_go_into_the_brief(desk: Desk) -> None:
    changed = read("change the price to $39", desk, HERE).changed(desk)
    assert changed.brief.product.price_text == "$39"


def test_the_selected_clips_come_before_the_playhead(desk: Desk) -> None:
    reply = read("make it brighter", desk, Place(100, ("a", "c")))
    assert exposures(reply.changed(desk).timeline) == [0.35, 0, 0.35]
    with_nothing = Place(frame=400)
    assert "under the playhead" in read("brighter", desk, with_nothing).problems[0]


async def test_what_is_ticked_is_one_undo_step(session: Session) -> None:
    before = session.desk
    sentence = "make scene 1 brighter and music quieter"
    reply = read(sentence, session.desk)
    assert session.desk is before
    take(session, sentence, reply)
    assert (session.place, session.undo_name) == (1, "“make scene 1 brighter and music quieter”")
    session.undo()
    take(session, sentence, reply, reply.operations[1:])
    assert session.undo_name == "Change the volume"
    assert exposures(session.timeline) == [0, 0, 0]
    session.edit("Clear", lambda timeline: with_clips(timeline, {"music": []}))
    with pytest.raises(ClappperError):
        take(
            session, "x", read("delete scene 1", before), (read("delete scene 1", before).operations[0],) * 2
        )
    assert session.undo_name == "Clear"


def test_a_chorus_that_comes_back_is_meant_each_time(desk: Desk) -> None:
    markers = (Marker(0, "Chorus"), Marker(60, "Section B"), Marker(190, "Chorus"))
    again = replace(desk, timeline=replace(desk.timeline, markers=markers))
    (operation,) = read("more motion in the chorus", again, HERE).operations
    moved = operation.change(again).timeline
    assert [ends(name)(moved) != (1.0, 1.0) for name in "abc"] == [True, False, True]


def test_without_a_chorus_the_verb_that_finds_one_is_named(desk: Desk) -> None:
    bare = replace(desk, timeline=replace(desk.timeline, markers=()))
    assert "Mark song sections" in read("more motion in the chorus", bare, HERE).problems[0]
