"""Marking song sections from the window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRate
from clappper.flow.editing import song
from clappper.flow.project.session import Session
from clappper.media.sections import GUESSED_CHORUS, Section, Song
from clappper.ui import errors
from clappper.ui.bench import Bench
from clappper.ui.timeline.song import mark_sections
from tests.unit.ui.conftest import Stage
from tests.unit.ui.timeline.conftest import small_ad


def test_what_was_marked_is_told_with_what_is_unsure(
    bench: Bench, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    heard = Song((Section(0, 2, "intro"), Section(2, 8, "chorus", "B")), GUESSED_CHORUS)
    monkeypatch.setattr(errors, "tell", lambda _, text, hint="", **__: told.append((text, hint)))
    bench.session.edit("Make the ad", lambda _: small_ad())
    monkeypatch.setattr(bench.session, "workers", Answering(heard))
    stage.live(mark_sections(bench.session, QWidget()))
    assert told[-1] == ("Marked 2 sections: Intro, Chorus.", GUESSED_CHORUS)
    assert [marker.frame for marker in bench.session.timeline.markers] == [0, 30, FrameRate(30).frame_at(2)]


def test_music_changed_meanwhile_is_not_marked(
    bench: Bench, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.session.edit("Make the ad", lambda _: small_ad())
    heard = Song((Section(0, 2, "intro"), Section(2, 8, "chorus", "B")))
    monkeypatch.setattr(bench.session, "workers", Answering(heard, bench.session))
    with pytest.raises(ClappperError, match="changed"):
        stage.live(song.mark_song(bench.session))


class Answering:
    """Workers that have heard the song already; with a session, its music is taken away meanwhile."""

    def __init__(self, heard: Song, session: Session | None = None) -> None:
        self._heard, self._session = heard, session

    async def run(self, *_: object) -> Song:
        if self._session is not None:
            self._session.edit("Start over", lambda now: type(now)(now.id, "", now.rate, now.length_frames))
        return self._heard
