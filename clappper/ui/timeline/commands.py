"""What an editor's keys do to the edit: each command is one named undo step on what is in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.flow.session import Session
from clappper.timeline import attributes, beats, curves, ranges, selections, takes, tracks, trims
from clappper.timeline.attributes import Attribute
from clappper.timeline.model import (
    Clip,
    Easing,
    Footage,
    Marker,
    MediaKind,
    Take,
    Timeline,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
)
from clappper.timeline.placing import freeze_frame, move_all, split_all
from clappper.timeline.queries import all_clips, clip_of, companions, locate
from clappper.ui.editing import EditState
from clappper.ui.timeline.layout import Key

TRANSITION_SECONDS = 0.5
HOLD_SECONDS = 1.0
STILL_SECONDS = 4.0
NUDGE_FAR = 5


class Commands:
    """Carries out commands on ``session`` with what ``state`` has in hand.

    Every method may raise ``ClappperError``: then nothing was changed.
    """

    def __init__(self, session: Session, state: EditState) -> None:
        self._session, self._state = session, state
        self._copied: tuple[tuple[str, Clip], ...] = ()

    @property
    def _now(self) -> Timeline:
        return self._session.timeline

    def _edit(self, name: str, change: Callable[[Timeline], Timeline]) -> None:
        self._session.edit(name, change)

    def _picked(self, what: str) -> tuple[str, ...]:
        """Give the ids in hand.

        Raises:
            ClappperError: there are none.
        """
        clips = self._state.chosen(self._now)
        if not clips:
            raise ClappperError(f"There is no clip to {what}.", "Select one, or put the playhead on it.")
        return tuple(clip.id for clip in clips)

    def split(self) -> None:
        frame = self._state.playhead
        ids = self._picked("split")
        self._edit("Split clip", lambda now: selections.split_chosen(now, ids, frame))

    def split_all(self) -> None:
        frame = self._state.playhead
        self._edit("Split all tracks", lambda now: split_all(now, frame))

    def trim_start_here(self) -> None:
        self._trim_here(trims.Edge.HEAD)

    def trim_end_here(self) -> None:
        self._trim_here(trims.Edge.TAIL)

    def _trim_here(self, edge: trims.Edge) -> None:
        clip, frame = self._under_playhead(), self._state.playhead
        words = "start" if edge is trims.Edge.HEAD else "end"
        self._edit(f"Trim {words} to playhead", lambda now: selections.trim_to(now, clip.id, frame, edge))
        if edge is trims.Edge.HEAD:
            self._state.go_to(clip.placed.start)

    def _under_playhead(self) -> Clip:
        """Give the clip at the playhead: a selected one, else that of the target track.

        Raises:
            ClappperError: there is none.
        """
        frame = self._state.playhead
        picked = [clip for clip in self._state.chosen(self._now) if frame in clip.placed]
        target = self._state.target(self._now)
        under = [clip for clip in target.clips if frame in clip.placed] if target else []
        if not (picked or under):
            raise ClappperError("There is no clip under the playhead.", "Move the playhead onto one.")
        return (picked or under)[0]

    def lift(self) -> None:
        ids = self._picked("delete")
        self._edit(_counted("Delete", ids), lambda now: selections.lift_all(now, ids))

    def remove_keyframe(self, key: Key) -> None:
        def change(now: Timeline) -> Timeline:
            if key.channel is None:
                return curves.remove_pose(now, key.clip_id, key.frame)
            return attributes.remove_keyframe(now, key.clip_id, key.channel, key.frame)

        self._edit("Remove keyframe", change)

    def ease_keyframe(self, key: Key, easing: Easing) -> None:
        """Choose how the value moves from a keyframe, or from all of a pose, to the next one."""
        channels = (key.channel,) if key.channel else curves.POSE

        def change(now: Timeline) -> Timeline:
            for channel in channels:
                held = attributes.curve_of(clip_of(now, key.clip_id), channel)
                if any(one.frame == key.frame for one in held):
                    now = curves.ease_keyframe(now, key.clip_id, channel, key.frame, easing)
            return now

        self._edit("Set easing", change)

    def ripple_delete(self) -> None:
        """Take clips away and close up; with nothing in hand, close the gap at the playhead."""
        state, target = self._state, self._state.target(self._now)
        if not state.chosen(self._now) and target is not None:
            self._edit("Close gap", lambda now: selections.close_gap(now, target.id, state.playhead))
            return
        ids = self._picked("delete")
        self._edit(_counted("Ripple delete", ids), lambda now: selections.ripple_delete_all(now, ids))

    def lift_marked(self) -> None:
        """Cut what lies between the marks, leaving a gap: on the selected clips' tracks, else on all."""
        marked = self._marked()
        chosen = {locate(self._now, one)[0].id for one in self._state.selection}
        self._copied = ranges.pieces_in(self._now, marked, chosen)
        self._edit("Lift", lambda now: ranges.lift_range(now, marked, chosen))
        self._leave(marked)

    def extract_marked(self) -> None:
        """Cut what lies between the marks and close the gap on every track that ripples."""
        marked = self._marked()
        copied = ranges.pieces_in(self._now, marked)
        self._edit("Extract", lambda now: ranges.extract_range(now, marked))
        self._copied = copied
        self._leave(marked)

    def _marked(self) -> FrameRange:
        marked = self._state.marked(self._now.length_frames)
        if not marked:
            raise ClappperError("No range is marked.", "Mark one with I and O.")
        return marked

    def _leave(self, marked: FrameRange) -> None:
        self._state.clear_marks()
        self._state.go_to(marked.start)

    def nudge(self, by_frames: int) -> None:
        ids = self._picked("move")
        self._edit(_counted("Nudge", ids), lambda now: move_all(now, ids, by_frames))

    def copy(self) -> None:
        picked = set(self._picked("copy"))
        ids = {one.id for each in picked for one in companions(self._now, each)}
        self._copied = tuple((track.id, clip) for track, clip in all_clips(self._now) if clip.id in ids)

    def cut(self) -> None:
        self.copy()
        ids = [clip.id for _, clip in self._copied]
        self._edit(_counted("Cut", ids), lambda now: selections.lift_all(now, ids))

    def paste(self) -> None:
        before = {clip.id for _, clip in all_clips(self._now)}
        copied, frame = self._copied, self._state.playhead
        self._edit("Paste", lambda now: selections.paste(now, copied, frame))
        self._state.select({clip.id for _, clip in all_clips(self._now)} - before)
        self._state.go_to(frame + max(clip.placed.end for _, clip in copied) - _first(copied))

    def paste_attributes(self) -> None:
        """Give the copied clip's grade, motion, volume, fades and transition to the clips in hand.

        Raises:
            ClappperError: nothing was copied, or it is gone.
        """
        if not self._copied:
            raise ClappperError("There is nothing to paste.", "Copy a clip first.")
        source = self._copied[0][1].id
        ids = self._picked("paste attributes to")
        self._edit(
            "Paste attributes", lambda now: attributes.copy_attributes(now, source, ids, tuple(Attribute))
        )

    def select_all(self) -> None:
        self._state.select(clip.id for track, clip in all_clips(self._now) if not track.locked)

    def group(self) -> None:
        ids = self._picked("group")
        self._edit(_counted("Group", ids), lambda now: attributes.group(now, ids))

    def ungroup(self) -> None:
        ids = self._picked("ungroup")
        self._edit("Ungroup", lambda now: attributes.ungroup(now, ids))

    def link(self) -> None:
        """Link the clips in hand, or unlink them when they are linked."""
        ids = self._picked("link")
        if all(clip_of(self._now, one).link for one in ids):
            self._edit("Unlink", lambda now: attributes.unlink(now, ids))
        else:
            self._edit("Link", lambda now: attributes.link(now, ids))

    def mark(self) -> None:
        frame = self._state.playhead
        number = len(self._now.markers) + 1
        self._edit("Add marker", lambda now: tracks.add_marker(now, Marker(frame, f"Marker {number}")))

    def unmark(self) -> None:
        frame = self._state.playhead
        self._edit("Remove marker", lambda now: tracks.remove_marker(now, frame))

    def go_to_marker(self, direction: int) -> None:
        frames = [marker.frame for marker in self._now.markers]
        self._state.go_to(_next_of(frames, self._state.playhead, direction))

    def toggle_beat(self) -> None:
        frame = self._state.playhead
        self._edit("Change beats", lambda now: beats.toggle_beat(now, frame))

    def double_beats(self) -> None:
        self._edit("Beats twice as fast", beats.double_beats)

    def halve_beats(self) -> None:
        self._edit("Beats half as fast", beats.halve_beats)

    def cut_on_beats(self) -> None:
        """Roll the cuts of the target track; one without the footage for it stays."""
        target = self._state.target(self._now)
        if target is not None:
            self._edit("Cut on the beats", lambda now: beats.cuts_to_beats(now, target.id)[0])

    def enter_by(self, kind: TransitionKind | None) -> None:
        """Enter the clips in hand by a transition; with none in hand, the cut nearest to the playhead."""
        target = self._state.target(self._now)
        near = selections.cut_near(target, self._state.playhead) if target else None
        ids = tuple(self._state.selection) or ((near.id,) if near else self._picked("put a transition on"))
        length = self._now.rate.frame_at(TRANSITION_SECONDS)
        transition = Transition(kind, length) if kind else None
        name = f"Add {kind.value}" if kind else "Remove transition"
        self._edit(name, lambda now: selections.set_transitions(now, ids, transition))

    def set_speed(self, speed: Fraction) -> None:
        ids = self._picked("retime")

        def change(now: Timeline) -> Timeline:
            for one in ids:
                now = trims.set_speed(now, one, speed, ripple=True)
            return now

        self._edit(f"Speed {float(speed):.0%}", change)

    def freeze(self) -> None:
        clip, frame = self._under_playhead(), self._state.playhead
        hold = self._now.rate.frame_at(HOLD_SECONDS)
        self._edit("Freeze frame", lambda now: freeze_frame(now, clip.id, frame, hold))

    def flip_take(self, by: int) -> str:
        """Show the next or previous take of the clips in hand; say what the new take could not give.

        Raises:
            ClappperError: none of them has another take.
        """
        several = [
            clip
            for clip in self._state.chosen(self._now)
            if isinstance(clip.content, Footage) and len(clip.content.takes) > 1
        ]
        if not several:
            raise ClappperError("The clip has no other take.", "Press Alt+G to generate one.")
        reports: list[str] = []

        def change(now: Timeline) -> Timeline:
            reports.clear()
            for clip in several:
                content = clip_of(now, clip.id).content
                assert isinstance(content, Footage)
                take = content.takes[(content.active + by) % len(content.takes)]
                changed = takes.set_take(now, clip.id, take.id)
                reports.append(changed.report)
                now = changed.timeline
            return now

        self._edit("Next take" if by > 0 else "Previous take", change)
        return next(filter(None, reports), "")

    def placed(
        self, take: Take, *, inserting: bool, frame: int | None = None, track_id: str = ""
    ) -> tuple[Callable[[Timeline], Timeline], int]:
        """Say how what is wanted of footage is put at ``frame``, and where it ends.

        Without a ``frame`` it is a three-point edit: it starts at the in mark, or ends at the out mark where
        only that is set, and is as long as the shorter of what is marked here and there; without marks it
        starts at the playhead.

        Raises:
            ClappperError: there is no track for it.
        """
        now, state = self._now, self._state
        track = self._home(take, track_id)
        marked = state.marked(now.length_frames) if frame is None else None
        wanted = state.wanted_of(take)
        start = frame if frame is not None else marked.start if marked else state.playhead
        length = len(wanted) or now.rate.frame_at(STILL_SECONDS)
        if marked and state.mark_out >= 0:
            length = min(length, len(marked))
            start = start if state.mark_in >= 0 else marked.end - length
        placed = FrameRange(start, start + length)
        clip = Clip(_id_like(take), Footage((take,)), placed, wanted.start, name=take.label)
        return (lambda now: selections.put(now, track.id, clip, start, inserting=inserting)), placed.end

    def place(self, take: Take, *, inserting: bool, frame: int | None = None, track_id: str = "") -> None:
        """Put footage onto the timeline, and the playhead behind it.

        Raises:
            ClappperError: there is no track for it, or it cannot go there.
        """
        change, end = self.placed(take, inserting=inserting, frame=frame, track_id=track_id)
        self._edit("Insert clip" if inserting else "Overwrite clip", change)
        self._state.go_to(end)

    def _home(self, take: Take, track_id: str) -> Track:
        """Find the track footage goes to: the wanted or target one if it suits, else the first that does."""
        kinds = (
            (TrackKind.MUSIC, TrackKind.VOICE, TrackKind.EFFECTS)
            if take.kind is MediaKind.AUDIO
            else (TrackKind.VIDEO, TrackKind.OVERLAY)
        )
        all_tracks = {track.id: track for track in self._now.tracks}
        for wanted in (track_id, self._state.target_track):
            if wanted in all_tracks and all_tracks[wanted].kind in kinds and not all_tracks[wanted].locked:
                return all_tracks[wanted]
        for kind in kinds:
            for track in self._now.tracks:
                if track.kind is kind and not track.locked:
                    return track
        raise ClappperError("There is no track for this footage.", "Add or unlock a track first.")

    def rename(self, clip_id: str, name: str) -> None:
        self._edit("Rename clip", lambda now: attributes.rename(now, clip_id, name))

    def toggle_mute(self, track_id: str) -> None:
        track = next(track for track in self._now.tracks if track.id == track_id)
        name = f"{'Unmute' if track.muted else 'Mute'} {track.name}"
        self._edit(name, lambda now: tracks.mute_track(now, track_id, muted=not track.muted))

    def toggle_lock(self, track_id: str) -> None:
        track = next(track for track in self._now.tracks if track.id == track_id)
        name = f"{'Unlock' if track.locked else 'Lock'} {track.name}"
        self._edit(name, lambda now: tracks.lock_track(now, track_id, locked=not track.locked))

    def add_track(self, kind: TrackKind) -> None:
        known = {track.id for track in self._now.tracks}
        number = 1 + sum(track.kind is kind for track in self._now.tracks)
        while f"{kind.value}-{number}" in known:
            number += 1
        name = f"{kind.value.capitalize()} {number}"
        track = Track(f"{kind.value}-{number}", kind, name)
        above = [old.id for old in self._now.tracks if old.kind is kind]
        self._edit(
            f"Add {kind.value} track", lambda now: tracks.add_track(now, track, above[-1] if above else "")
        )

    def remove_track(self, track_id: str) -> None:
        self._edit("Remove track", lambda now: tracks.remove_track(now, track_id))

    def lock_clips(self) -> None:
        """Lock the clips in hand, or unlock them when the first is locked."""
        ids = self._picked("lock")
        locked = not clip_of(self._now, ids[0]).locked

        def change(now: Timeline) -> Timeline:
            for one in ids:
                now = tracks.lock_clip(now, one, locked=locked)
            return now

        self._edit("Lock clip" if locked else "Unlock clip", change)

    def matched(self) -> tuple[Take, int]:
        """Give the footage under the playhead and the frame of it that shows.

        Raises:
            ClappperError: there is none.
        """
        clip = self._under_playhead()
        if not isinstance(clip.content, Footage):
            raise ClappperError("The clip shows no footage to match.", "Put the playhead on a shot.")
        return clip.content.take, clip.source_at(self._state.playhead)

    def row_of(self, clip_id: str) -> Track:
        return locate(self._now, clip_id)[0]


def _counted(verb: str, ids: Iterable[str]) -> str:
    count = len(set(ids))
    return f"{verb} clip" if count == 1 else f"{verb} {count} clips"


def _first(copied: tuple[tuple[str, Clip], ...]) -> int:
    return min(clip.placed.start for _, clip in copied)


def _next_of(frames: Iterable[int], playhead: int, direction: int) -> int:
    ahead = [frame for frame in frames if (frame - playhead) * direction > 0]
    return (min if direction > 0 else max)(ahead, default=playhead)


def _id_like(take: Take) -> str:
    stem = "".join(letter if letter.isalnum() else "-" for letter in (take.label or take.id)).strip("-")
    return stem.lower() or "clip"
