"""Captions from what the ad says: by the times that its voice told, or by listening to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.flow.project.session import Session
from clappper.timeline.captions import Caption
from clappper.timeline.model import Clip, Footage, Timeline, Track, TrackKind
from clappper.timeline.scripting import drafted
from clappper.timeline.wording import CaptionStyle, Word, captions_from_words, spoken_words

JOB = "job:"
TOLD = "Words are timed by the voice itself."
TOLD_BY_SENTENCE = "Sentences are timed by the voice; words inside them are estimated."
HEARD = "Words were found by listening to the voice, most of them to a few hundredths of a second."
ESTIMATED = "Times are estimated: look them over. With eSpeak NG installed they are found by listening."


@dataclass(frozen=True, slots=True)
class Draft:
    """Drafted captions; ``note`` says how far their times can be trusted."""

    captions: tuple[Caption, ...]
    note: str


async def draft_captions(session: Session, style: CaptionStyle) -> Draft:
    """Caption the voice on the timeline.

    A voice that was made here told when it says each word. To any other one a worker listens, with the
    script in hand. Where it cannot, the script is spread over the voice by its letters.

    Raises:
        ClappperError: there is no script, or no voice on the timeline.
    """
    rate, script = session.timeline.rate, session.brief.audio.script or ""
    told = [sentence for clip in _voices(session.timeline) for sentence in _heard(session, clip)]
    if told:
        words = sorted(
            (word for sentence in told for word in sentence.words), key=lambda one: one.start_seconds
        )
        note = TOLD if all(sentence.is_exact for sentence in told) else TOLD_BY_SENTENCE
        return Draft(captions_from_words(words, rate, style), note)
    estimated = drafted(session.timeline, script, style)
    found = await session.workers.run(hear_words, voice_of(session.timeline), session.project.path, script)
    if found:
        return Draft(captions_from_words(found, rate, style), HEARD)
    return Draft(estimated, ESTIMATED)


def voice_of(timeline: Timeline) -> Timeline:
    """Leave nothing of a timeline but the voices that are heard."""
    tracks = tuple(
        Track(track.id, track.kind, "", track.clips)
        for track in timeline.tracks
        if track.kind is TrackKind.VOICE and track.clips and not track.muted
    )
    return Timeline(timeline.id, "", timeline.rate, timeline.length_frames, tracks)


def hear_words(voice: Timeline, root: Path, script: str) -> tuple[Word, ...]:
    """Listen to the voice of an ad for the words of its script; none where that is not possible.

    For a worker process.
    """
    from clappper.media.alignment import prepared, word_times
    from clappper.media.audio import RATE
    from clappper.providers.espeak import recite
    from clappper.render.mix import mix_timeline

    recital = recite(script)
    if recital is None:
        return ()
    try:
        heard = prepared(mix_timeline(voice, root), RATE)
    except ClappperError:
        return ()
    found = word_times(prepared(recital.samples, recital.rate), recital.starts, heard)
    return tuple(
        Word(text, spoken.start_seconds, spoken.end_seconds)
        for text, spoken in zip(script.split(), found, strict=bool(found))
    )


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The words of a sentence that are heard, in seconds of the ad; exact if the voice told each of them."""

    words: tuple[Word, ...]
    is_exact: bool


def _voices(timeline: Timeline) -> Iterator[Clip]:
    return (clip for track in voice_of(timeline).tracks for clip in track.clips)


def _heard(session: Session, clip: Clip) -> Iterator[_Sentence]:
    """Give the sentences that a clip lets be heard, as far as the voice told them."""
    if not clip.mean_speed or clip.ramp_to is not None:
        return
    rate, heard = session.timeline.rate, clip.source
    for sentence in _told(session, clip):
        first, last = rate.frame_at(sentence["start"]), rate.frame_at(sentence["end"])
        if FrameRange(first, max(first + 1, last)).overlaps(heard):
            words = tuple(_words(clip, rate, sentence))
            yield _Sentence(words, is_exact=bool(sentence.get("words")))


def _words(clip: Clip, rate: FrameRate, sentence: dict[str, Any]) -> Iterator[Word]:
    text, told = str(sentence["text"]), sentence.get("words") or ()
    words = tuple(Word(said, *times) for said, times in zip(text.split(), told, strict=False))
    for word in words or spoken_words(text, sentence["start"], sentence["end"]):
        start, end = (_heard_at(clip, rate, at) for at in (word.start_seconds, word.end_seconds))
        if rate.frame_at(max(start, 0.0)) in clip.placed:
            yield Word(word.text, start, end)


def _heard_at(clip: Clip, rate: FrameRate, seconds: float) -> float:
    """Give when the ad is at a moment of a clip's source, both in seconds."""
    into = (seconds - rate.seconds_at(clip.source_start)) / float(clip.mean_speed)
    return rate.seconds_at(clip.placed.start) + into


def _told(session: Session, clip: Clip) -> list[dict[str, Any]]:
    """Give what the job that made a voice told of it; nothing for a recording."""
    take = clip.content.take if isinstance(clip.content, Footage) else None
    if take is None:
        return []
    asset = session.project.assets.by_path(take.path)
    if asset is None or not asset.origin.startswith(JOB):
        return []
    told = session.queue.sent(asset.origin.removeprefix(JOB)).get("sentences", [])
    return told if isinstance(told, list) else []
