"""What a drag on the timeline means: a tool and a place make a gesture, a gesture and a distance an edit.

Everything here is plain values, so a drag can be tried without a mouse. While it goes on the edit is only
previewed; letting go makes it one undo step called ``Gesture.name``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from clappper.base.errors import ClappperError
from clappper.timeline.alone import alone
from clappper.timeline.attributes import set_fades, set_transition
from clappper.timeline.change import fresh_id
from clappper.timeline.model import Clip, Timeline, Track, Transition
from clappper.timeline.placing import move_all, overwrite
from clappper.timeline.queries import after, clip_of, companions, locate, track_of
from clappper.timeline.selections import cut_near, shuffle
from clappper.timeline.tracks import move_marker
from clappper.timeline.trims import Edge, rate_stretch, ripple_trim, roll, slide, slip, trim
from clappper.ui.editing import Tool
from clappper.ui.timeline.layout import Hit, Zone


@dataclass(frozen=True, slots=True)
class Pull:
    """How far a drag has gone: in time, onto which other track, and up, in parts of a clip's height."""

    by_frames: int = 0
    track_id: str = ""
    rise: float = 0.0


Edit = Callable[[Timeline, Pull], Timeline]
_EDGES = (Zone.HEAD, Zone.TAIL)


@dataclass(frozen=True, slots=True)
class Gesture:
    """A drag that has begun: ``edit(timeline, pull)`` is what it does so far.

    ``edges`` are the frames that snap, ``without`` the clips that are no target for it. ``tells`` says
    what came of it, where the distance alone does not. One that ``rises`` goes up and down as well.
    ``shows`` gives the frame worth looking at meanwhile, -1 for that at the playhead.
    """

    name: str
    edit: Edit
    edges: tuple[int, ...]
    without: frozenset[str] = frozenset()
    tells: Callable[[Timeline], str] = lambda _: ""
    rises: bool = False
    shows: Callable[[Timeline], int] = lambda _: -1


@dataclass(frozen=True, slots=True)
class Held:
    """The keys held when a drag began: ``ctrl`` inserts and ripples.

    ``alt`` leaves a copy behind; at an edge it takes hold of the one clip without what is linked to it.
    ``alone``: what is selected was selected without that.
    """

    ctrl: bool = False
    alt: bool = False
    alone: bool = False


def begin(
    timeline: Timeline, hit: Hit, tool: Tool, selection: frozenset[str], held: Held | None = None
) -> Gesture | None:
    """Find what a drag from ``hit`` does with ``tool``; None where there is nothing to drag."""
    if hit.zone is Zone.MARKER:
        return _marker(hit.frame)
    return _on_clip(timeline, hit, tool, selection, held or Held()) if hit.clip_id else None


def _on_clip(
    timeline: Timeline, hit: Hit, tool: Tool, selection: frozenset[str], held: Held
) -> Gesture | None:
    track, index = locate(timeline, hit.clip_id)
    clip = track.clips[index]
    if hit.zone in (Zone.FADE_IN, Zone.FADE_OUT):
        return _fade(clip, hit.zone)
    if hit.zone is Zone.TRANSITION and clip.transition:
        return _transition(clip, clip.transition, hit.frame)
    if tool is Tool.FORWARD or (tool is Tool.SELECT and hit.zone not in _EDGES):
        return _move(timeline, clip, selection, held)
    made = _at_edge(track, index, hit, tool, held)
    return _apart(made) if made and held.alt else made


def _apart(gesture: Gesture) -> Gesture:
    """Do it to the one clip that was taken hold of, without what is linked to it."""
    return replace(gesture, edit=lambda now, pull: alone(now, lambda one: gesture.edit(one, pull)))


def _at_edge(track: Track, index: int, hit: Hit, tool: Tool, held: Held) -> Gesture | None:
    clip = track.clips[index]
    if tool is Tool.SELECT:
        return _trim(clip, _edge(clip, hit), ripple=held.ctrl)
    if tool is Tool.ROLL:
        return _roll(track, clip, hit)
    return _other(track, index, hit, tool)


def _in_time(edit: Callable[[Timeline, int], Timeline]) -> Edit:
    """Make an edit of one that only goes back and forth."""
    return lambda now, pull: edit(now, pull.by_frames)


def _other(track: Track, index: int, hit: Hit, tool: Tool) -> Gesture | None:
    clip = track.clips[index]
    match tool:
        case Tool.RIPPLE:
            return _trim(clip, _edge(clip, hit), ripple=True)
        case Tool.STRETCH:
            return _stretch(clip, _edge(clip, hit))
        case Tool.SLIP:
            return Gesture(
                "Slip",
                _in_time(lambda now, by: slip(now, clip.id, round(-by * clip.mean_speed))),
                (),
                shows=partial(_frame_at, clip_id=clip.id, edge=_edge(clip, hit)),
            )
        case Tool.SLIDE:
            edges = (clip.placed.start, clip.placed.end)
            return Gesture(
                "Slide", _in_time(lambda now, by: slide(now, clip.id, by)), edges, _around(track, index)
            )
    return None


def furthest(timeline: Timeline, gesture: Gesture, pull: Pull) -> tuple[Pull, Timeline]:
    """Go as far in time as the footage and the neighbours allow; nowhere at all where nothing does."""
    try:
        return pull, gesture.edit(timeline, pull)
    except ClappperError:
        pass
    sign = 1 if pull.by_frames > 0 else -1
    reached, best, beyond = 0, timeline, abs(pull.by_frames)
    while beyond - reached > 1:
        middle = (reached + beyond) // 2
        try:
            best = gesture.edit(timeline, replace(pull, by_frames=sign * middle))
            reached = middle
        except ClappperError:
            beyond = middle
    return replace(pull, by_frames=sign * reached), best


def _edge(clip: Clip, hit: Hit) -> Edge:
    """Take the edge that was hit, or the nearer one."""
    if hit.zone in (Zone.HEAD, Zone.TAIL):
        return Edge(hit.zone.value)
    middle = (clip.placed.start + clip.placed.end) / 2
    return Edge.HEAD if hit.frame < middle else Edge.TAIL


def _trim(clip: Clip, edge: Edge, *, ripple: bool) -> Gesture:
    edit = partial(ripple_trim if ripple else trim, clip_id=clip.id, edge=edge)
    where = clip.placed.start if edge is Edge.HEAD else clip.placed.end
    name = f"{'Ripple trim' if ripple else 'Trim'} {'start' if edge is Edge.HEAD else 'end'}"
    return Gesture(
        name,
        _in_time(lambda now, by: edit(now, by_frames=by)),
        (where,),
        frozenset({clip.id}),
        shows=partial(_frame_at, clip_id=clip.id, edge=edge),
    )


def _frame_at(now: Timeline, clip_id: str, edge: Edge) -> int:
    """Give the first or last frame that a clip shows."""
    placed = clip_of(now, clip_id).placed
    return placed.start if edge is Edge.HEAD else placed.end - 1


def _marker(frame: int) -> Gesture:
    return Gesture("Move marker", _in_time(lambda now, by: move_marker(now, frame, by)), (frame,))


def _stretch(clip: Clip, edge: Edge) -> Gesture:
    where = clip.placed.start if edge is Edge.HEAD else clip.placed.end
    return Gesture(
        "Rate stretch",
        _in_time(lambda now, by: rate_stretch(now, clip.id, by, edge)),
        (where,),
        frozenset({clip.id}),
        lambda now: f"{float(clip_of(now, clip.id).mean_speed):.0%}",
        shows=partial(_frame_at, clip_id=clip.id, edge=edge),
    )


def _roll(track: Track, clip: Clip, hit: Hit) -> Gesture | None:
    index = track.clips.index(clip)
    entered: Clip | None = clip
    if hit.zone is Zone.TAIL:
        entered = after(track, index)
    elif hit.zone is not Zone.HEAD:
        entered = cut_near(track, hit.frame)
    if entered is None:
        return None
    one = entered
    return Gesture(
        "Roll cut",
        _in_time(lambda now, by: roll(now, one.id, by)),
        (one.placed.start,),
        _around(track, index),
        shows=partial(_frame_at, clip_id=one.id, edge=Edge.HEAD),
    )


def _move(timeline: Timeline, clip: Clip, selection: frozenset[str], held: Held) -> Gesture:
    ids = selection if clip.id in selection else frozenset({clip.id})
    if clip.id in selection and held.alone:
        return _move_apart(timeline, clip, ids)
    moving = {one.id: one for each in ids for one in companions(timeline, each, groups=True)}
    edges = tuple(sorted({edge for one in moving.values() for edge in (one.placed.start, one.placed.end)}))
    count = len(ids)
    if held.alt:
        return Gesture("Duplicate clip", partial(_duplicated, clip=clip), edges)
    if held.ctrl and count == 1:
        edit = partial(_shuffled, clip=clip)
        return Gesture("Insert clip here", edit, (clip.placed.start,), frozenset(moving))
    name = "Move clip" if count == 1 else f"Move {count} clips"
    return Gesture(name, partial(_moved, clip=clip, ids=ids), edges, frozenset(moving))


def _move_apart(timeline: Timeline, clip: Clip, ids: frozenset[str]) -> Gesture:
    """Move clips that were chosen without what is linked to them."""
    chosen = [clip_of(timeline, one).placed for one in ids]
    edges = tuple(sorted({edge for placed in chosen for edge in (placed.start, placed.end)}))

    def edit(now: Timeline, pull: Pull) -> Timeline:
        return alone(now, lambda one: _moved(one, pull, clip, ids))

    return Gesture("Move clip alone" if len(ids) == 1 else f"Move {len(ids)} clips alone", edit, edges, ids)


def _moved(now: Timeline, pull: Pull, clip: Clip, ids: frozenset[str]) -> Timeline:
    """Take the dragged clip to another track; several clips rise and sink together within their kind."""
    home, _ = locate(now, clip.id)
    by, track_id = pull.by_frames, pull.track_id
    if not track_id or track_id == home.id:
        return move_all(now, ids, by, overwriting=True)
    order = [track.id for track in now.tracks]
    step = order.index(track_id) - order.index(home.id)
    goals = {}
    for one in ids:
        track, _ = locate(now, one)
        place = order.index(track.id) + step
        if not 0 <= place < len(order):
            raise ClappperError("There is no track to move to.")
        goals[one] = order[place]
    return move_all(now, ids, by, to_tracks=goals, overwriting=True)


def _duplicated(now: Timeline, pull: Pull, clip: Clip) -> Timeline:
    by, track_id = pull.by_frames, pull.track_id
    if not by and not track_id:
        return now
    home, _ = locate(now, clip.id)
    copy = replace(clip, id=fresh_id(now, clip.id), link="", group="", locked=False)
    return overwrite(now, track_id or home.id, copy, clip.placed.start + by)


def _shuffled(now: Timeline, pull: Pull, clip: Clip) -> Timeline:
    """Insert at the edge nearest to where the clip is dragged, as cards are moved in a hand."""
    home, _ = locate(now, clip.id)
    by = pull.by_frames
    goal = track_of(now, pull.track_id or home.id)
    wanted = clip.placed.start + by
    reference = wanted if by <= 0 else clip.placed.end + by
    places = [edge for one in goal.clips for edge in (one.placed.start, one.placed.end)] or [wanted]
    frame = min(places, key=lambda edge: abs(edge - reference))
    return shuffle(now, clip.id, frame, to_track=goal.id)


def _fade(clip: Clip, zone: Zone) -> Gesture:
    length, fade_in, fade_out = len(clip.placed), clip.fade_in_frames, clip.fade_out_frames
    if zone is Zone.FADE_IN:

        def edit(now: Timeline, pull: Pull) -> Timeline:
            return set_fades(now, clip.id, min(max(fade_in + pull.by_frames, 0), length - fade_out), fade_out)

        return Gesture("Fade in", edit, (clip.placed.start + fade_in,))

    def edit_out(now: Timeline, pull: Pull) -> Timeline:
        return set_fades(now, clip.id, fade_in, min(max(fade_out - pull.by_frames, 0), length - fade_in))

    return Gesture("Fade out", edit_out, (clip.placed.end - fade_out,))


def _transition(clip: Clip, transition: Transition, pressed: int) -> Gesture:
    """Pull a transition longer or shorter; it stays centred on its cut."""
    side = 1 if pressed >= clip.placed.start else -1

    def edit(now: Timeline, pull: Pull) -> Timeline:
        length = max(1, transition.length_frames + 2 * side * pull.by_frames)
        return set_transition(now, clip.id, replace(transition, length_frames=length))

    return Gesture("Transition length", edit, ())


def _around(track: Track, index: int) -> frozenset[str]:
    return frozenset(clip.id for clip in track.clips[max(0, index - 1) : index + 2])


def under(timeline: Timeline, clip_id: str) -> frozenset[str]:
    """Give what a click on a clip selects: it and those linked to or grouped with it."""
    return frozenset(one.id for one in companions(timeline, clip_of(timeline, clip_id).id, groups=True))
