"""A finished ad passes its checks, and an ad that is wrong in one way fails for exactly that reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.brief.plan import plan
from clappper.brief.schema import AdBrief, load_brief
from clappper.flow.assembling.assemble import branding_of
from clappper.flow.assembling.titles import title_tracks
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.loudness import mastered
from clappper.media.picture import Yuv
from clappper.render.blend import Films
from clappper.render.canvas import Canvas
from clappper.render.checks import check
from clappper.render.overlays import TitlePainter
from clappper.render.verdicts import CheckReport
from clappper.timeline.model import Timeline, TrackKind, to_json
from clappper.timeline.titles import disclose

SCALE = 0.25
SECONDS, FPS = 8, 24
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 80">'
    '<circle cx="40" cy="40" r="32" fill="#F2C14E"/>'
    '<path d="M90 12h130v22H90zM90 46h90v22H90z" fill="#F2C14E"/></svg>'
)
BRIEF: dict[str, Any] = {
    "project": {
        "name": "Lamp",
        "target_audience": "people who read at night",
        "platform": "instagram",
        "aspect": "9:16",
        "duration_s": SECONDS,
        "fps": FPS,
    },
    "product": {
        "name": "Lumen",
        "key_benefit": "Light that follows the page",
        "price_text": "$49",
        "brand_colors": ["#F2C14E", "#1B1B2F"],
        "logo": "logo.svg",
    },
    "cta": {"headline": "Read on", "button_text": "Buy now"},
    "scenes": [
        {"id": "s1", "start_s": 0, "end_s": 4, "type": "lifestyle", "intent": "a lamp over a book"},
        {
            "id": "s2",
            "start_s": 4,
            "end_s": 8,
            "type": "endcard",
            "intent": "the lamp alone",
            "overlays": {"show_logo": True, "show_price": True},
        },
    ],
}
Scene = Callable[[int], int]


@dataclass(frozen=True)
class Film:
    """How one film is made; the defaults make a good one. ``drawn`` says which frame's picture to draw."""

    frames: int = SECONDS * FPS
    rate: int = FPS
    size: tuple[int, int] = (270, 480)
    drawn: Scene = lambda frame: frame
    black: range = range(0)
    opacity: float = 1.0
    loudness: float = -14.0
    with_titles: bool = True
    with_sound: bool = True


def brief_of(**product: object) -> AdBrief:
    return load_brief(BRIEF | {"product": BRIEF["product"] | product})


def timeline_of(brief: AdBrief) -> Timeline:
    board = plan(brief)
    tracks = title_tracks(brief, board, "logo.svg")
    return Timeline("ad", "ad", board.rate, board.length_frames, tracks, branding=branding_of(brief))


def lived(frame: int, film: Film) -> Yuv:
    """Draw footage: soft stripes that wander over a ground."""
    picture = Yuv.blank(*film.size)
    across = np.arange(film.size[0])[None, :] + np.arange(film.size[1])[:, None] * 0.5
    picture.y[:] = (60 + 14 * np.sin((across + 5 * film.drawn(frame)) / 21)).astype(np.uint8)
    if frame in film.black:
        picture.y[:] = 16
    return picture


@cache
def tune(seconds: float, lufs: float) -> NDArray[np.float32]:
    time = np.arange(round(seconds * 48_000)) / 48_000
    wave = (0.3 * np.sin(2 * np.pi * 220 * time) * (1 + 0.3 * np.sin(9 * time))).astype(np.float32)
    return mastered(np.stack([wave, wave], axis=1), lufs).samples


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logo.svg").write_text(LOGO)
    return tmp_path


def shoot(folder: Path, film: Film, *, timeline: Timeline | None = None) -> Path:
    """Write the film, and beside it the timeline it claims to be made from."""
    path = folder / "ad.mp4"
    shown = timeline or timeline_of(brief_of())
    canvas = Canvas(*film.size, "9:16")
    painter = TitlePainter(shown, folder, Canvas.of("9:16", SCALE)) if film.with_titles else None
    sound = tune(film.frames / film.rate, film.loudness) if film.with_sound else None
    films = Films()
    encoding = Encoding(canvas.width, canvas.height, FrameRate(film.rate), options={"preset": "ultrafast"})
    with FrameWriter(path, encoding, sound) as writer:
        for frame in range(film.frames):
            picture = lived(frame, film)
            for layer in painter.layers(film.drawn(frame)) if painter and frame not in film.black else ():
                films.lay(picture, layer.rgba, layer.x, layer.y, layer.opacity * film.opacity)
            writer.write(picture)
    sidecar = {"schema_version": 1, "timeline": json.loads(to_json(timeline_of(brief_of())))}
    (folder / "ad.mp4.json").write_text(json.dumps(sidecar))
    return path


def failures(report: CheckReport) -> set[str]:
    return {finding.code for finding in report.failures}


def test_a_good_ad_passes_everything(folder: Path) -> None:
    report = check(shoot(folder, Film()), brief_of(), scale=SCALE)
    assert failures(report) == set()
    assert report.unmeasured == ()
    codes = [finding.code for finding in report.findings]
    assert len(codes) == len(set(codes)) == 28


@pytest.mark.parametrize(
    ("film", "codes"),
    [
        (Film(frames=160), {"duration"}),
        (Film(rate=30, frames=240), {"fps"}),
        (Film(loudness=-24.0), {"loudness"}),
        (Film(with_sound=False), {"sound"}),
        (Film(drawn=lambda frame: min(frame, 30) if frame < 72 else frame), {"frozen-frames"}),
        (Film(black=range(40, 52)), {"black-frames"}),
        (Film(size=(480, 270), with_titles=False), {"size"}),
        (
            Film(with_titles=False),
            {"logo-visible", "price-visible", "headline-visible", "button-visible"},
        ),
        (
            Film(opacity=0.13),
            {"logo-contrast", "price-contrast", "headline-contrast", "button-contrast"},
        ),
    ],
    ids=["short", "rate", "quiet", "silent", "frozen", "black", "size", "bare", "pale"],
)
def test_each_fault_fails_for_its_own_reason(folder: Path, film: Film, codes: set[str]) -> None:
    report = check(shoot(folder, film), brief_of(), scale=SCALE)
    assert failures(report) == codes


def test_a_fault_says_where_to_look(folder: Path) -> None:
    film = Film(black=range(48, 60))
    report = check(shoot(folder, film), brief_of(), scale=SCALE)
    assert report.failures[0].at_seconds == pytest.approx(2.0)
    assert "0.50 s" in report.failures[0].message


def test_an_ad_without_its_button_fails_on_the_button(folder: Path) -> None:
    whole = timeline_of(brief_of())
    kept = tuple(
        track for track in whole.tracks if track.kind is TrackKind.OVERLAY and "button" not in track.id
    )
    without = replace(whole, tracks=kept)
    report = check(shoot(folder, Film(), timeline=without), brief_of(), scale=SCALE, timeline=without)
    assert failures(report) == {"button-visible"}
    assert "'Buy now'" in report.failures[0].message


def test_a_note_that_ai_was_used_has_to_be_seen(folder: Path) -> None:
    told, _ = disclose(timeline_of(brief_of()))
    seen = check(shoot(folder, Film(), timeline=told), brief_of(), scale=SCALE, timeline=told)
    assert "disclosure-visible" in {finding.code for finding in seen.findings if finding.passed}
    hidden = check(shoot(folder, Film()), brief_of(), scale=SCALE, timeline=told)
    assert failures(hidden) == {"disclosure-visible"}


def test_another_price_than_in_its_timeline_is_not_read_as_it(folder: Path) -> None:
    video = shoot(folder, Film(), timeline=timeline_of(brief_of(price_text="$45")))
    report = check(video, brief_of(), scale=SCALE)
    assert [finding.code for finding in report.unmeasured] == ["price-text"]
    assert failures(report) == set()


def test_an_old_price_is_read_out(folder: Path) -> None:
    report = check(shoot(folder, Film()), brief_of(price_text="$39"), scale=SCALE)
    assert failures(report) == {"price-visible"}
    assert report.failures[0].message == "It shows '$49' where the brief says '$39'."


def test_without_a_sidecar_the_titles_are_searched_for(folder: Path) -> None:
    video = shoot(folder, Film())
    (folder / "ad.mp4.json").unlink()
    report = check(video, brief_of(), scale=SCALE, folder=folder)
    found = {finding.code: finding.passed for finding in report.findings}
    assert found["logo-visible"]
    assert found["headline-visible"]
    assert found["price-visible"]
    assert failures(report) == set()


def test_without_a_sidecar_a_bare_film_is_not_called_good(folder: Path) -> None:
    video = shoot(folder, Film(with_titles=False))
    (folder / "ad.mp4.json").write_text("{}")
    report = check(video, brief_of(), scale=SCALE, folder=folder)
    assert failures(report) == {"logo-visible"}
    assert {f.code for f in report.unmeasured} == {"price-visible", "headline-visible", "button-visible"}
    assert all("built-in fonts" in finding.message for finding in report.unmeasured)


def test_a_picture_is_no_ad(folder: Path) -> None:
    with pytest.raises(UnusableInputError, match="no clip"):
        check(folder / "logo.svg", brief_of())
