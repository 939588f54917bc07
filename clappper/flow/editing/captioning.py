"""Captions from what the ad says: the script over its voice, by the times that the voice itself told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clappper.base.units import FrameRange, FrameRate
from clappper.flow.project.session import Session
from clappper.timeline.captions import Caption
from clappper.timeline.model import Clip, Footage, TrackKind
from clappper.timeline.scripting import drafted
from clappper.timeline.wording import CaptionStyle, Word, captions_from_words, spoken_words

JOB = "job:"


@dataclass(frozen=True, slots=True)
class Draft:
    """Drafted captions; ``note`` says how far their times can be trusted."""

    captions: tuple[Caption, ...]
    note: str


def draft_captions(session: Session, style: CaptionStyle) -> Draft:
    """Caption the voice on the timeline.

    Where the voice was made here its sentences' times are known, and only the words inside are spread by
    their letters; elsewhere all of the script is.

    Raises:
        ClappperError: there is no script, or no voice on the timeline.
    """
    words = tuple(word for clip in _voices(session) for word in _told(session, clip))
    rate = session.timeline.rate
    if words:
        captions = captions_from_words(sorted(words, key=lambda word: word.start_seconds), rate, style)
        return Draft(captions, "Sentences are timed by the voice; words inside them are estimated.")
    captions = drafted(session.timeline, session.brief.audio.script or "", style)
    return Draft(captions, "Times are estimated: look them over.")


def _voices(session: Session) -> Iterator[Clip]:
    for track in session.timeline.tracks:
        if track.kind is TrackKind.VOICE and not track.muted:
            yield from track.clips


def _told(session: Session, clip: Clip) -> Iterator[Word]:
    """Give the words of the sentences that a clip lets be heard, in seconds of the ad."""
    if not clip.mean_speed or clip.ramp_to is not None:
        return
    rate, heard = session.timeline.rate, clip.source
    for sentence in _sentences(session, clip):
        first, last = rate.frame_at(sentence["start"]), rate.frame_at(sentence["end"])
        if not FrameRange(first, max(first + 1, last)).overlaps(heard):
            continue
        start, end = (_heard_at(clip, rate, sentence[edge]) for edge in ("start", "end"))
        for word in spoken_words(str(sentence["text"]), start, end):
            if rate.frame_at(max(word.start_seconds, 0.0)) in clip.placed:
                yield word


def _heard_at(clip: Clip, rate: FrameRate, seconds: float) -> float:
    """Give when the ad is at a moment of a clip's source, both in seconds."""
    into = (seconds - rate.seconds_at(clip.source_start)) / float(clip.mean_speed)
    return rate.seconds_at(clip.placed.start) + into


def _sentences(session: Session, clip: Clip) -> list[dict[str, Any]]:
    """Give what the job that made a voice told of it; nothing for a recording."""
    take = clip.content.take if isinstance(clip.content, Footage) else None
    if take is None:
        return []
    asset = session.project.assets.by_path(take.path)
    if asset is None or not asset.origin.startswith(JOB):
        return []
    told = session.queue.sent(asset.origin.removeprefix(JOB)).get("sentences", [])
    return told if isinstance(told, list) else []
