from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.render.credits import BrandLines, Credits, credits_of
from clappper.store import sidecar
from clappper.store.sidecar import MediaPage, ProviderPack, Sidecar
from clappper.timeline.model import Clip, Footage, MediaKind, Take, Timeline, Track, TrackKind


def clip_of(folder: Path, name: str, brand_line: str = "", licence: str = "ok") -> Clip:
    pack = ProviderPack(
        provider="p", model="m", remote_id="r", sent={}, brand_line=brand_line, licence=licence
    )
    media = MediaPage(name=name, kind="video", sha256="0", size_bytes=1, facts={})
    sidecar.write(folder / name, Sidecar(media=media, origin="job:1", created="", provider_pack=pack))
    return bare_clip(name)


def bare_clip(name: str) -> Clip:
    take = Take(id=name, path=name, kind=MediaKind.VIDEO, available=FrameRange(0, 10))
    return Clip(id=name, placed=FrameRange(0, 10), content=Footage((take,)))


def timeline_of(*clips: Clip) -> Timeline:
    tracks = tuple(Track(clip.id, TrackKind.VIDEO, clip.id, (clip,)) for clip in clips)
    return Timeline("t", "t", FrameRate(24), length_frames=10, tracks=tracks)


def test_brand_lines_are_named_once_and_licences_for_each_file(tmp_path: Path) -> None:
    clips = (
        clip_of(tmp_path, "a.mp4", "Powered by Runway"),
        clip_of(tmp_path, "b.mp4", "Powered by Runway"),
        clip_of(tmp_path, "c.wav", licence="nc"),
        clip_of(tmp_path, "d.mp4", licence="unknown"),
        clip_of(tmp_path, "e.mp4"),
    )
    said = credits_of(timeline_of(*clips), tmp_path)
    assert said.brand_lines == ("Powered by Runway",)
    assert [caution.rpartition(" ")[0][:20] for caution in said.cautions] == [
        "m of p is not licens",
        "Nobody knows whether",
    ]
    assert "c.wav" in said.cautions[0]


@pytest.mark.parametrize("text", ["", "{"])
def test_files_without_a_story_say_nothing(tmp_path: Path, text: str) -> None:
    if text:
        (tmp_path / "own.mp4.json").write_text(text)
    assert credits_of(timeline_of(bare_clip("own.mp4")), tmp_path) == Credits()


def test_a_line_belongs_beside_the_frames_that_show_its_clip(tmp_path: Path) -> None:
    runway = replace(clip_of(tmp_path, "a.mp4", "Powered by Runway"), placed=FrameRange(0, 5))
    own = replace(bare_clip("own.mp4"), placed=FrameRange(5, 10))
    timeline = Timeline("t", "t", FrameRate(24), 10, (Track("v", TrackKind.VIDEO, "v", (runway, own)),))
    lines = BrandLines(tmp_path)
    assert [lines.at(timeline, frame) for frame in (0, 4, 5, 9)] == ["Powered by Runway"] * 2 + [""] * 2
