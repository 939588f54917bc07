"""Titles put on the edit by hand: words anywhere, and the note that says an ad was made with AI."""

from __future__ import annotations

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline import captions
from clappper.timeline.change import fresh_id, with_clips
from clappper.timeline.model import Clip, Timeline, Title, TitleRole, Track, TrackKind
from clappper.timeline.queries import PICTURE, all_clips, end_frame
from clappper.timeline.tracks import add_track

DISCLOSURE = "Made with AI"


def add_title(timeline: Timeline, title: Title, frames: FrameRange) -> tuple[Timeline, str]:
    """Put a title on the lowest overlay track with room for it, or on a new one above all pictures.

    Returns the edit and the id of the new clip.
    """
    clip = Clip(fresh_id(timeline, title.role.value), title, frames, name=title.role.value.capitalize())
    track = next((one for one in timeline.tracks if _has_room(one, frames)), None)
    if track is None:
        known = {one.id for one in timeline.tracks}
        number = next(number for number in range(1, len(known) + 2) if f"titles-{number}" not in known)
        track = Track(f"titles-{number}", TrackKind.OVERLAY, "Titles" if number == 1 else f"Titles {number}")
        pictures = [one.id for one in timeline.tracks if one.kind in PICTURE]
        timeline = add_track(timeline, track, pictures[-1] if pictures else "")
    clips = sorted((*track.clips, clip), key=lambda one: one.placed.start)
    return with_clips(timeline, {track.id: clips}), clip.id


def disclose(timeline: Timeline) -> tuple[Timeline, str]:
    """Say over the whole edit that it was made with AI, as platforms ask of realistic generated pictures.

    Returns the edit and the id of the new clip.

    Raises:
        ClappperError: the edit is empty, or says so already.
    """
    if not (length := end_frame(timeline)):
        raise ClappperError("There is nothing on the timeline yet.", "Generate the ad or add clips first.")
    if disclosures(timeline):
        raise ClappperError("The edit says already that it was made with AI.", "Change that title instead.")
    title = Title(TitleRole.DISCLOSURE, DISCLOSURE, enter="fade", leave="fade", group="notes")
    return add_title(timeline, title, FrameRange(0, length))


def disclosures(timeline: Timeline) -> tuple[str, ...]:
    """List what the edit says about having been made with AI, each text once."""
    titles = (clip.content for _, clip in all_clips(timeline) if isinstance(clip.content, Title))
    return tuple(dict.fromkeys(title.text for title in titles if title.role is TitleRole.DISCLOSURE))


def _has_room(track: Track, frames: FrameRange) -> bool:
    is_open = track.kind is TrackKind.OVERLAY and not track.locked and track.id != captions.TRACK
    return is_open and not any(clip.placed.overlaps(frames) for clip in track.clips)
