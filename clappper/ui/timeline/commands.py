"""What an editor's keys do to the edit: each command is one named undo step on what is in hand."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline import attributes, curves, ranges, selections, tracks, trims
from clappper.timeline.attributes import Attribute, Channel
from clappper.timeline.model import (
    Clip,
    Timeline,
    Transition,
    TransitionKind,
)
from clappper.timeline.placing import freeze_frame, move_all, split_all
from clappper.timeline.queries import all_clips, clip_of, companions, locate
from clappper.timeline.sounds import detach_sound, is_heard
from clappper.ui.timeline.hand import Hand

TRANSITION_SECONDS = 0.5
HOLD_SECONDS = 1.0
NUDGE_FAR = 5


class Commands:
    """Carries out commands on the clips in hand.

    Every method may raise ``ClappperError``: then nothing was changed.
    """

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._copied: tuple[tuple[str, Clip], ...] = ()

    def split(self) -> None:
        frame = self._hand.state.playhead
        ids = self._hand.picked("split")
        self._hand.edit("Split clip", lambda now: selections.split_chosen(now, ids, frame))

    def split_all(self) -> None:
        frame = self._hand.state.playhead
        self._hand.edit("Split all tracks", lambda now: split_all(now, frame))

    def trim_start_here(self) -> None:
        self._trim_here(trims.Edge.HEAD)

    def trim_end_here(self) -> None:
        self._trim_here(trims.Edge.TAIL)

    def _trim_here(self, edge: trims.Edge) -> None:
        hand, clip = self._hand, self._hand.under_playhead()
        frame = hand.state.playhead
        words = "start" if edge is trims.Edge.HEAD else "end"
        hand.edit(f"Trim {words} to playhead", lambda now: selections.trim_to(now, clip.id, frame, edge))
        if edge is trims.Edge.HEAD:
            hand.state.go_to(clip.placed.start)

    def lift(self) -> None:
        ids = self._hand.picked("delete")
        self._hand.edit_chosen(_counted("Delete", ids), lambda now: selections.lift_all(now, ids))

    def ripple_delete(self) -> None:
        """Take clips away and close up; with nothing in hand, close the gap at the playhead."""
        state, target = self._hand.state, self._hand.state.target(self._hand.now)
        if not state.chosen(self._hand.now) and target is not None:
            self._hand.edit("Close gap", lambda now: selections.close_gap(now, target.id, state.playhead))
            return
        ids = self._hand.picked("delete")
        self._hand.edit_chosen(
            _counted("Ripple delete", ids), lambda now: selections.ripple_delete_all(now, ids)
        )

    def lift_marked(self) -> None:
        """Cut what lies between the marks, leaving a gap: on the selected clips' tracks, else on all."""
        marked = self._marked()
        chosen = {locate(self._hand.now, one)[0].id for one in self._hand.state.selection}
        self._copied = ranges.pieces_in(self._hand.now, marked, chosen)
        self._hand.edit("Lift", lambda now: ranges.lift_range(now, marked, chosen))
        self._leave(marked)

    def extract_marked(self) -> None:
        """Cut what lies between the marks and close the gap on every track that ripples."""
        marked = self._marked()
        copied = ranges.pieces_in(self._hand.now, marked)
        self._hand.edit("Extract", lambda now: ranges.extract_range(now, marked))
        self._copied = copied
        self._leave(marked)

    def _marked(self) -> FrameRange:
        marked = self._hand.state.marked(self._hand.now.length_frames)
        if not marked:
            raise ClappperError("No range is marked.", "Mark one with I and O.")
        return marked

    def _leave(self, marked: FrameRange) -> None:
        self._hand.state.clear_marks()
        self._hand.state.go_to(marked.start)

    def nudge(self, by_frames: int) -> None:
        ids = self._hand.picked("move")
        self._hand.edit_chosen(_counted("Nudge", ids), lambda now: move_all(now, ids, by_frames))

    def change_track(self, *, up: bool) -> None:
        """Move the clips in hand to the next track that takes them, at the same time."""
        ids = self._hand.picked("move")
        goals = selections.next_tracks(self._hand.now, ids, up=up)
        name = _counted(f"Move {'up' if up else 'down'}", ids)
        self._hand.edit_chosen(name, lambda now: move_all(now, ids, 0, to_tracks=goals, overwriting=True))

    def raise_gain(self, by_db: float) -> None:
        """Turn the sound of the clips in hand up or down."""
        ids = [one for one in self._hand.picked("turn up or down") if is_heard(clip_of(self._hand.now, one))]
        if not ids:
            raise ClappperError("The clip has no sound.", "Select a voice, music, or footage with sound.")

        def change(now: Timeline) -> Timeline:
            for one in ids:
                now = curves.raise_all(now, one, Channel.GAIN, by_db)
            return now

        self._hand.edit(f"Volume {by_db:+.0f} dB", change)

    def detach_sound(self) -> None:
        ids = self._hand.picked("detach the sound of")

        def change(now: Timeline) -> Timeline:
            for one in ids:
                now = detach_sound(now, one)
            return now

        self._hand.edit("Detach sound", change)

    def copy(self) -> None:
        ids = set(self._hand.picked("copy"))
        if not self._hand.is_apart:
            ids = {one.id for each in ids for one in companions(self._hand.now, each)}
        self._copied = tuple((track.id, clip) for track, clip in all_clips(self._hand.now) if clip.id in ids)

    def cut(self) -> None:
        self.copy()
        ids = [clip.id for _, clip in self._copied]
        self._hand.edit_chosen(_counted("Cut", ids), lambda now: selections.lift_all(now, ids))

    def paste(self, *, inserting: bool = False) -> None:
        """Put what was copied at the playhead, over what is there or, inserting, between it.

        What comes from a single track goes to the target track, if that takes it.
        """
        before = {clip.id for _, clip in all_clips(self._hand.now)}
        frame, target = self._hand.state.playhead, self._hand.state.target(self._hand.now)
        copied = selections.aimed(self._hand.now, self._copied, target.id if target else "")
        name = "Paste insert" if inserting else "Paste"
        self._hand.edit(name, lambda now: selections.paste(now, copied, frame, inserting=inserting))
        self._hand.state.select({clip.id for _, clip in all_clips(self._hand.now)} - before)
        self._hand.state.go_to(frame + max(clip.placed.end for _, clip in copied) - _first(copied))

    def paste_attributes(self) -> None:
        """Give the copied clip's grade, motion, volume, fades and transition to the clips in hand.

        Raises:
            ClappperError: nothing was copied, or it is gone.
        """
        if not self._copied:
            raise ClappperError("There is nothing to paste.", "Copy a clip first.")
        source = self._copied[0][1].id
        ids = self._hand.picked("paste attributes to")
        self._hand.edit(
            "Paste attributes", lambda now: attributes.copy_attributes(now, source, ids, tuple(Attribute))
        )

    def remove_attributes(self) -> None:
        """Make the clips in hand look and sound as their footage does."""
        ids = self._hand.picked("reset")
        self._hand.edit("Remove attributes", lambda now: attributes.reset_attributes(now, ids))

    def select_here(self) -> None:
        """Choose what plays at the playhead on the target track, and what is linked to it."""
        clip = self._hand.under_playhead()
        self._hand.state.select(one.id for one in companions(self._hand.now, clip.id, groups=True))

    def mark_clips(self) -> None:
        """Mark the time of the clips in hand."""
        ids = self._hand.picked("mark")
        placed = [clip_of(self._hand.now, one).placed for one in ids]
        self._hand.state.mark(min(one.start for one in placed), max(one.end for one in placed) - 1)

    def select_all(self) -> None:
        self._hand.state.select(clip.id for track, clip in all_clips(self._hand.now) if not track.locked)

    def group(self) -> None:
        ids = self._hand.picked("group")
        self._hand.edit(_counted("Group", ids), lambda now: attributes.group(now, ids))

    def ungroup(self) -> None:
        ids = self._hand.picked("ungroup")
        self._hand.edit("Ungroup", lambda now: attributes.ungroup(now, ids))

    def link(self) -> None:
        """Link the clips in hand, or unlink them when they are linked."""
        ids = self._hand.picked("link")
        if all(clip_of(self._hand.now, one).link for one in ids):
            self._hand.edit("Unlink", lambda now: attributes.unlink(now, ids))
        else:
            self._hand.edit("Link", lambda now: attributes.link(now, ids))

    def enter_by(self, kind: TransitionKind | None) -> None:
        """Enter the clips in hand by a transition; with none in hand, the cut nearest to the playhead."""
        hand = self._hand
        target = hand.state.target(hand.now)
        near = selections.cut_near(target, hand.state.playhead) if target else None
        ids = tuple(hand.state.selection) or ((near.id,) if near else hand.picked("put a transition on"))
        length = self._hand.now.rate.frame_at(TRANSITION_SECONDS)
        transition = Transition(kind, length) if kind else None
        name = f"Add {kind.value}" if kind else "Remove transition"
        self._hand.edit(name, lambda now: selections.set_transitions(now, ids, transition))

    def set_speed(self, speed: Fraction) -> None:
        ids = self._hand.picked("retime")

        def change(now: Timeline) -> Timeline:
            for one in ids:
                now = trims.set_speed(now, one, speed, ripple=True)
            return now

        self._hand.edit(f"Speed {float(speed):.0%}", change)

    def freeze(self) -> None:
        clip, frame = self._hand.under_playhead(), self._hand.state.playhead
        hold = self._hand.now.rate.frame_at(HOLD_SECONDS)
        self._hand.edit("Freeze frame", lambda now: freeze_frame(now, clip.id, frame, hold))

    def rename(self, clip_id: str, name: str) -> None:
        self._hand.edit("Rename clip", lambda now: attributes.rename(now, clip_id, name))

    def lock_clips(self) -> None:
        """Lock the clips in hand, or unlock them when the first is locked."""
        ids = self._hand.picked("lock")
        locked = not clip_of(self._hand.now, ids[0]).locked

        def change(now: Timeline) -> Timeline:
            for one in ids:
                now = tracks.lock_clip(now, one, locked=locked)
            return now

        self._hand.edit("Lock clip" if locked else "Unlock clip", change)


def _counted(verb: str, ids: Iterable[str]) -> str:
    count = len(set(ids))
    return f"{verb} clip" if count == 1 else f"{verb} {count} clips"


def _first(copied: tuple[tuple[str, Clip], ...]) -> int:
    return min(clip.placed.start for _, clip in copied)
