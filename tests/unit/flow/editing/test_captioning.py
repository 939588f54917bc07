"""Captions over the voice: by the times it told of its sentences, else spread over the script."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from clappper.base.units import FrameRange
from clappper.flow.editing.captioning import ESTIMATED, HEARD, TOLD, draft_captions
from clappper.flow.project.session import Session
from clappper.media.audio import RATE, write_wav
from clappper.providers.espeak import recite
from clappper.store.assets import Asset
from clappper.timeline.captions import word_starts
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take, Title, TitleRole
from clappper.timeline.wording import CaptionStyle
from tests.doubles import InlineWorkers

TOLD_SENTENCES: list[dict[str, object]] = [
    {"text": "Slow mornings.", "start": 0.0, "end": 1.0},
    {"text": "Warm hands.", "start": 2.0, "end": 3.0},
]


def speak(session: Session, *, start: int = 30, cut: int = 0, speed: Fraction = Fraction(1)) -> None:
    """Put a voice that was made here on the timeline, its first ``cut`` frames trimmed away."""
    asset = Asset("v", "audio", "generated/v.wav", "0" * 64, 1, {}, "job:j1", "2026", {})
    if session.project.assets.by_path(asset.path) is None:
        session.project.assets.add(asset)
    take = Take("v", asset.path, MediaKind.AUDIO, FrameRange(0, 120), has_audio=True)
    clip = Clip("v", Footage((take,)), FrameRange(start, start + round((90 - cut) / speed)), cut, speed)
    session.edit("Speak", lambda now: with_clips(now, {"voice": [clip]}))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, session: Session) -> None:
    monkeypatch.setattr(
        session.queue, "sent", lambda job: {"sentences": TOLD_SENTENCES} if job == "j1" else {}
    )


@pytest.mark.usefixtures("told")
async def test_captions_stand_where_the_voice_says_its_sentences(session: Session) -> None:
    speak(session)
    draft = await draft_captions(session, CaptionStyle.LINES)
    assert "by the voice" in draft.note
    assert [(one.text, one.frames.start) for one in draft.captions] == [
        ("Slow mornings.", 30),
        ("Warm hands.", 90),
    ]
    assert draft.captions[0].said == (0, 10)


@pytest.mark.usefixtures("told")
async def test_a_trimmed_and_a_faster_voice_keep_their_words(session: Session) -> None:
    speak(session, cut=60)
    trimmed = await draft_captions(session, CaptionStyle.WORDS)
    assert [one.text for one in trimmed.captions] == ["Warm", "hands."]
    speak(session, speed=Fraction(2))
    faster = await draft_captions(session, CaptionStyle.LINES)
    assert [one.frames.start for one in faster.captions] == [30, 60]


async def test_words_stand_where_the_voice_says_them(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [[[0.0, 0.6], [0.7, 1.0]], [[2.1, 2.3], [2.5, 3.0]]]
    told = [sentence | {"words": times} for sentence, times in zip(TOLD_SENTENCES, words, strict=True)]
    monkeypatch.setattr(session.queue, "sent", lambda _: {"sentences": told})
    speak(session)
    draft = await draft_captions(session, CaptionStyle.LINES)
    assert draft.note == TOLD
    assert [(one.frames.start, one.said) for one in draft.captions] == [(30, (0, 21)), (93, (0, 12))]


async def test_a_recording_is_listened_to(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "Slow mornings, in your hands."
    recital, other = recite(script), recite(script, "en-us", 140)
    if recital is None or other is None:
        pytest.skip("libespeak-ng is not installed")
    monkeypatch.setattr(session, "workers", InlineWorkers())
    write(session, script)
    speak(session)
    path = session.project.path / "generated/v.wav"
    path.parent.mkdir(exist_ok=True)
    samples = np.interp(
        np.arange(0, len(other.samples), other.rate / RATE), np.arange(len(other.samples)), other.samples
    )
    write_wav(path, np.column_stack([samples, samples]).astype(np.float32))
    draft = await draft_captions(session, CaptionStyle.WORDS)
    assert draft.note == HEARD
    found = [session.timeline.rate.seconds_at(one.frames.start - 30) for one in draft.captions]
    assert found == pytest.approx(list(other.starts), abs=0.1)


async def test_a_voice_that_cannot_be_heard_has_its_script_spread_over_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "workers", InlineWorkers())
    write(session, "One two three.")
    speak(session)
    draft = await draft_captions(session, CaptionStyle.PHRASES)
    assert draft.note == ESTIMATED
    assert draft.captions[0].frames.start == 30


def write(session: Session, script: str) -> None:
    audio = session.brief.audio.model_copy(update={"script": script})
    session.edit_brief("Script", session.brief.model_copy(update={"audio": audio}))


def test_words_without_times_are_spread_by_their_letters() -> None:
    title = Title(TitleRole.CAPTION, "a bcd\nef")
    assert word_starts(title, 90) == (0, 20, 60)
    assert word_starts(Title(TitleRole.CAPTION, "a b", said=(0, 7)), 90) == (0, 7)
