"""What keys do with footage: put it on the timeline, find it again, show another take of it."""

from __future__ import annotations

from collections.abc import Callable

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline import selections, takes
from clappper.timeline.model import (
    Clip,
    Footage,
    MediaKind,
    Take,
    Timeline,
    Track,
    TrackKind,
)
from clappper.timeline.queries import clip_of
from clappper.ui.timeline.hand import Hand

STILL_SECONDS = 4.0


class SourceCommands:
    """Each may raise ``ClappperError``: then nothing was changed."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

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
        now, state = self._hand.now, self._hand.state
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
        self._hand.edit("Insert clip" if inserting else "Overwrite clip", change)
        self._hand.state.go_to(end)

    def _home(self, take: Take, track_id: str) -> Track:
        """Find the track footage goes to: the wanted or target one if it suits, else the first that does."""
        kinds = (
            (TrackKind.MUSIC, TrackKind.VOICE, TrackKind.EFFECTS)
            if take.kind is MediaKind.AUDIO
            else (TrackKind.VIDEO, TrackKind.OVERLAY)
        )
        all_tracks = {track.id: track for track in self._hand.now.tracks}
        for wanted in (track_id, self._hand.state.target_track):
            if wanted in all_tracks and all_tracks[wanted].kind in kinds and not all_tracks[wanted].locked:
                return all_tracks[wanted]
        for kind in kinds:
            for track in self._hand.now.tracks:
                if track.kind is kind and not track.locked:
                    return track
        raise ClappperError("There is no track for this footage.", "Add or unlock a track first.")

    def matched(self) -> tuple[Take, int]:
        """Give the footage under the playhead and the frame of it that shows.

        Raises:
            ClappperError: there is none.
        """
        clip = self._hand.under_playhead()
        if not isinstance(clip.content, Footage):
            raise ClappperError("The clip shows no footage to match.", "Put the playhead on a shot.")
        return clip.content.take, clip.source_at(self._hand.state.playhead)

    def flip_take(self, by: int) -> str:
        """Show the next or previous take of the clips in hand; say what the new take could not give.

        Raises:
            ClappperError: none of them has another take.
        """
        several = [
            clip
            for clip in self._hand.state.chosen(self._hand.now)
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

        self._hand.edit("Next take" if by > 0 else "Previous take", change)
        return next(filter(None, reports), "")


def _id_like(take: Take) -> str:
    stem = "".join(letter if letter.isalnum() else "-" for letter in (take.label or take.id)).strip("-")
    return stem.lower() or "clip"
