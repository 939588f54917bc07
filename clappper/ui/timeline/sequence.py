"""What keys do to the sequence itself: its markers, its cuts and its tracks."""

from __future__ import annotations

from collections.abc import Iterable

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline import beats, tracks
from clappper.timeline.model import Marker, Timeline, Title, TitleRole, Track, TrackKind
from clappper.timeline.queries import track_of
from clappper.timeline.titles import add_title, disclose
from clappper.ui.timeline.hand import Hand

TITLE_SECONDS = 3.0


class SequenceCommands:
    """Each may raise ``ClappperError``: then nothing was changed."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def mark(self) -> None:
        frame = self._hand.state.playhead
        number = len(self._hand.now.markers) + 1
        self._hand.edit("Add marker", lambda now: tracks.add_marker(now, Marker(frame, f"Marker {number}")))

    def unmark(self) -> None:
        frame = self._hand.state.playhead
        self._hand.edit("Remove marker", lambda now: tracks.remove_marker(now, frame))

    def go_to_marker(self, direction: int) -> None:
        frames = [marker.frame for marker in self._hand.now.markers]
        self._hand.state.go_to(_next_of(frames, self._hand.state.playhead, direction))

    def add_title(self) -> None:
        """Put words at the playhead, ready to be written over."""
        start, now = self._hand.state.playhead, self._hand.now
        frames = FrameRange(start, start + now.rate.frame_at(TITLE_SECONDS))
        self._take("Add title", add_title(now, Title(TitleRole.TEXT, "Your words"), frames))

    def disclose(self) -> None:
        self._take("Add AI disclosure", disclose(self._hand.now))

    def _take(self, name: str, made: tuple[Timeline, str]) -> None:
        timeline, clip_id = made
        self._hand.edit(name, lambda _: timeline)
        self._hand.state.select((clip_id,))

    def toggle_beat(self) -> None:
        frame = self._hand.state.playhead
        self._hand.edit("Change beats", lambda now: beats.toggle_beat(now, frame))

    def double_beats(self) -> None:
        self._hand.edit("Beats twice as fast", beats.double_beats)

    def halve_beats(self) -> None:
        self._hand.edit("Beats half as fast", beats.halve_beats)

    def cut_on_beats(self) -> None:
        """Roll the cuts of the target track; one without the footage for it stays."""
        target = self._hand.state.target(self._hand.now)
        if target is not None:
            self._hand.edit("Cut on the beats", lambda now: beats.cuts_to_beats(now, target.id)[0])

    def toggle_mute(self, track_id: str) -> None:
        track = track_of(self._hand.now, track_id)
        name = f"{'Unmute' if track.muted else 'Mute'} {track.name}"
        self._hand.edit(name, lambda now: tracks.mute_track(now, track_id, muted=not track.muted))

    def toggle_lock(self, track_id: str) -> None:
        track = track_of(self._hand.now, track_id)
        name = f"{'Unlock' if track.locked else 'Lock'} {track.name}"
        self._hand.edit(name, lambda now: tracks.lock_track(now, track_id, locked=not track.locked))

    def solo(self, track_id: str) -> None:
        """Let only one track be seen or heard, or all of its kind again."""
        track = track_of(self._hand.now, track_id)
        self._hand.edit(f"Solo {track.name}", lambda now: tracks.solo_track(now, track_id))

    def rename_track(self, track_id: str, name: str) -> None:
        if not name:
            raise ClappperError("A track needs a name.", "Write one.")
        self._hand.edit("Rename track", lambda now: tracks.rename_track(now, track_id, name))

    def move_track(self, track_id: str, *, up: bool) -> None:
        name = f"Move track {'up' if up else 'down'}"
        self._hand.edit(name, lambda now: tracks.move_track(now, track_id, up=up))

    def add_track(self, kind: TrackKind) -> None:
        known = {track.id for track in self._hand.now.tracks}
        number = 1 + sum(track.kind is kind for track in self._hand.now.tracks)
        while f"{kind.value}-{number}" in known:
            number += 1
        name = f"{kind.value.capitalize()} {number}"
        track = Track(f"{kind.value}-{number}", kind, name)
        above = [old.id for old in self._hand.now.tracks if old.kind is kind]
        self._hand.edit(
            f"Add {kind.value} track", lambda now: tracks.add_track(now, track, above[-1] if above else "")
        )

    def remove_track(self, track_id: str) -> None:
        self._hand.edit("Remove track", lambda now: tracks.remove_track(now, track_id))


def _next_of(frames: Iterable[int], playhead: int, direction: int) -> int:
    ahead = [frame for frame in frames if (frame - playhead) * direction > 0]
    return (min if direction > 0 else max)(ahead, default=playhead)
