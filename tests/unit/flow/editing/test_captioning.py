"""Captions over the voice: by the times it told of its sentences, else spread over the script."""

from __future__ import annotations

from fractions import Fraction

import pytest

from clappper.base.units import FrameRange
from clappper.flow.editing.captioning import draft_captions
from clappper.flow.project.session import Session
from clappper.store.assets import Asset
from clappper.timeline.captions import word_starts
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take, Title, TitleRole
from clappper.timeline.wording import CaptionStyle

TOLD = [
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
    monkeypatch.setattr(session.queue, "sent", lambda job: {"sentences": TOLD} if job == "j1" else {})


@pytest.mark.usefixtures("told")
def test_captions_stand_where_the_voice_says_its_sentences(session: Session) -> None:
    speak(session)
    draft = draft_captions(session, CaptionStyle.LINES)
    assert "by the voice" in draft.note
    assert [(one.text, one.frames.start) for one in draft.captions] == [
        ("Slow mornings.", 30),
        ("Warm hands.", 90),
    ]
    assert draft.captions[0].said == (0, 10)


@pytest.mark.usefixtures("told")
def test_a_trimmed_and_a_faster_voice_keep_their_words(session: Session) -> None:
    speak(session, cut=60)
    assert [one.text for one in draft_captions(session, CaptionStyle.WORDS).captions] == ["Warm", "hands."]
    speak(session, speed=Fraction(2))
    starts = [one.frames.start for one in draft_captions(session, CaptionStyle.LINES).captions]
    assert starts == [30, 60]


def test_a_recording_has_its_script_spread_over_it(session: Session) -> None:
    brief = session.brief.model_copy(
        update={"audio": session.brief.audio.model_copy(update={"script": "One two three."})}
    )
    session.edit_brief("Script", brief)
    speak(session)
    draft = draft_captions(session, CaptionStyle.PHRASES)
    assert "estimated: look" in draft.note
    assert draft.captions[0].frames.start == 30


def test_words_without_times_are_spread_by_their_letters() -> None:
    title = Title(TitleRole.CAPTION, "a bcd\nef")
    assert word_starts(title, 90) == (0, 20, 60)
    assert word_starts(Title(TitleRole.CAPTION, "a b", said=(0, 7)), 90) == (0, 7)
