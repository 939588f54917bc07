"""Whatever is edited in whatever order: the timeline stays sound, and every edit can be undone."""

import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from time import process_time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.attributes import group, link, set_transition
from clappper.timeline.beats import cuts_to_beats, set_beats
from clappper.timeline.history import History
from clappper.timeline.model import (
    Clip,
    Footage,
    MediaKind,
    Solid,
    Take,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
    from_json,
    to_json,
)
from clappper.timeline.placing import (
    append,
    fill,
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
from clappper.timeline.ranges import extract_range, lift_range
from clappper.timeline.takes import add_take, set_take
from clappper.timeline.tracks import lock_clip, lock_track
from clappper.timeline.trims import Edge, rate_stretch, ripple_trim, roll, set_speed, slide, slip, trim
from clappper.timeline.validate import validate

Edit = Callable[[Timeline], Timeline]
PICTURES = ("v1", "v2")
FRAMES = st.integers(-3, 130)
STEPS = st.integers(-30, 30)
EDGES = st.sampled_from(Edge)
SPEEDS = st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(3, 2), Fraction(2)])


def _nth(timeline: Timeline, number: int) -> str:
    ids = [clip.id for _, clip in all_clips(timeline)]
    return ids[number % len(ids)] if ids else "none"


def _new(timeline: Timeline, length: int) -> Clip:
    used = {clip.id for _, clip in all_clips(timeline)}
    number = next(number for number in range(999) if f"new{number}" not in used)
    return Clip(f"new{number}", Solid("#123456"), FrameRange(0, length))


def _flip(timeline: Timeline, clip_id: str, length: int) -> Timeline:
    take = Take(f"take-{length}", "t.mp4", MediaKind.VIDEO, FrameRange(0, length))
    return set_take(add_take(timeline, clip_id, take), clip_id, take.id).timeline


def _edits() -> st.SearchStrategy[Edit]:
    clip, track, length = st.integers(0, 40), st.sampled_from(PICTURES), st.integers(1, 40)
    return st.one_of(
        st.builds(lambda n, by, e: lambda t: trim(t, _nth(t, n), by, e), clip, STEPS, EDGES),
        st.builds(lambda n, by, e: lambda t: ripple_trim(t, _nth(t, n), by, e), clip, STEPS, EDGES),
        st.builds(lambda n, by, e: lambda t: rate_stretch(t, _nth(t, n), by, e), clip, STEPS, EDGES),
        st.builds(lambda f, w: lambda t: lift_range(t, FrameRange(f, f + w)), FRAMES, length),
        st.builds(lambda f, w: lambda t: extract_range(t, FrameRange(f, f + w)), FRAMES, length),
        st.builds(lambda n, by: lambda t: roll(t, _nth(t, n), by), clip, STEPS),
        st.builds(lambda n, by: lambda t: slip(t, _nth(t, n), by), clip, STEPS),
        st.builds(lambda n, by: lambda t: slide(t, _nth(t, n), by), clip, STEPS),
        st.builds(
            lambda n, s, r: lambda t: set_speed(t, _nth(t, n), s, ripple=r), clip, SPEEDS, st.booleans()
        ),
        st.builds(
            lambda n, s, e: lambda t: set_speed(t, _nth(t, n), s, e, ripple=True), clip, SPEEDS, SPEEDS
        ),
        st.builds(lambda n, f: lambda t: split(t, _nth(t, n), f), clip, FRAMES),
        st.builds(lambda f: lambda t: split_all(t, f), FRAMES),
        st.builds(lambda n, f, h: lambda t: freeze_frame(t, _nth(t, n), f, h), clip, FRAMES, length),
        st.builds(lambda n: lambda t: lift(t, _nth(t, n)), clip),
        st.builds(lambda n: lambda t: ripple_delete(t, _nth(t, n)), clip),
        st.builds(
            lambda n, by, o: lambda t: move(t, _nth(t, n), by, overwriting=o), clip, STEPS, st.booleans()
        ),
        st.builds(lambda tr, w, f: lambda t: insert(t, tr, _new(t, w), f), track, length, FRAMES),
        st.builds(lambda tr, w, f: lambda t: overwrite(t, tr, _new(t, w), f), track, length, FRAMES),
        st.builds(lambda tr, w: lambda t: append(t, tr, _new(t, w)), track, length),
        st.builds(lambda tr, f: lambda t: fill(t, tr, _new(t, 1), f), track, FRAMES),
        st.builds(
            lambda n, w: lambda t: set_transition(t, _nth(t, n), Transition(TransitionKind.PUSH, w)),
            clip,
            length,
        ),
        st.builds(lambda n, w: lambda t: _flip(t, _nth(t, n), w), clip, length),
        st.builds(lambda n, m: lambda t: link(t, [_nth(t, n), _nth(t, m)]), clip, clip),
        st.builds(lambda n, m: lambda t: group(t, [_nth(t, n), _nth(t, m)]), clip, clip),
        st.builds(lambda n: lambda t: lock_clip(t, _nth(t, n)), clip),
        st.builds(lambda lock: lambda t: lock_track(t, "o1", locked=lock), st.booleans()),
        st.just(lambda t: cuts_to_beats(t, "v1")[0]),
    )


def _footage(kind: MediaKind = MediaKind.VIDEO) -> Footage:
    return Footage((Take("t", "t.mp4", kind, FrameRange(0, 60)),))


def _start() -> Timeline:
    shots = tuple(
        Clip(f"s{number}", _footage(), FrameRange(30 * number, 30 * number + 30), 10) for number in range(4)
    )
    voice = Clip("vo1", _footage(MediaKind.AUDIO), FrameRange(30, 60), 10, link="x")
    titles = (
        Clip("t1", Title(TitleRole.PRICE, "$1"), FrameRange(10, 50)),
        Clip("t2", Title(TitleRole.TEXT, "a"), FrameRange(60, 110)),
    )
    linked = Clip("s1", _footage(), FrameRange(30, 60), 10, link="x")
    tracks = (
        Track("v1", TrackKind.VIDEO, "Shots", (shots[0], linked, *shots[2:])),
        Track("v2", TrackKind.VIDEO, "Above"),
        Track("o1", TrackKind.OVERLAY, "Titles", titles),
        Track("voice", TrackKind.VOICE, "Voice", (voice,)),
    )
    return set_beats(Timeline("t", "T", FrameRate(30), 120, tracks), tuple(range(0, 120, 13)))


@given(st.lists(_edits(), max_size=14))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_edits_keep_the_laws_and_are_undone(edits: list[Edit]) -> None:
    start = _start()
    history = History(start)
    seen = [start]
    for edit in edits:
        with suppress(ClappperError):
            history.do("Edit", edit(history.value))
        assert validate(history.value) == ()
        if history.value != seen[-1]:
            seen.append(history.value)
    assert from_json(to_json(history.value)) == history.value
    for earlier in seen[-2::-1]:
        assert history.undo() == earlier


def test_a_thousand_edits_of_two_hundred_clips_are_quick_and_small() -> None:
    footage = Footage((Take("t", "t.mp4", MediaKind.VIDEO, FrameRange(0, 900)),))
    clips = tuple(Clip(f"c{n}", footage, FrameRange(30 * n, 30 * n + 30), 100) for n in range(200))
    start = Timeline("t", "T", FrameRate(30), 6000, (Track("v1", TrackKind.VIDEO, "Shots", clips),))
    tracemalloc.start()
    used, _ = tracemalloc.get_traced_memory()
    history = History(start)
    for number in range(1000):
        name = f"c{1 + number % 199}"
        history.do("Roll", roll(history.value, name, 1 if number % 2 else -1))
    size = tracemalloc.get_traced_memory()[0] - used
    tracemalloc.stop()
    began = process_time()
    timeline = start
    for number in range(1000):
        timeline = roll(timeline, f"c{1 + number % 199}", 1 if number % 2 else -1)
    assert process_time() - began < 3.0
    assert timeline == history.value
    assert len(history.names) == 1001
    assert size < 4_000_000
