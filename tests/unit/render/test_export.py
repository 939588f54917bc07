from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.media.probe import probe
from clappper.render.export import ExportCancelledError, ExportProgress, export
from clappper.render.file_checks import Order, check_codec
from clappper.render.presets import PRESETS, Preset, VideoCodec, encoding_for, peak_for, preset_named
from clappper.timeline.model import (
    Clip,
    Footage,
    Look,
    MediaKind,
    Solid,
    Take,
    Timeline,
    Track,
    TrackKind,
    from_json,
)

PLAIN = Look()
SMALL = Preset("small", "16:9", scale=0.1)


def solid_timeline(frames: int = 12, rate: int = 30, look: Look = PLAIN) -> Timeline:
    clips = (
        Clip("a", Solid("#FF0000"), FrameRange(0, frames // 2)),
        Clip("b", Solid("#0000FF"), FrameRange(frames // 2, frames)),
    )
    return Timeline("t", "t", FrameRate(rate), frames, (Track("v", TrackKind.VIDEO, "V", clips),), look)


def lumas(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [int(frame.to_ndarray()[0, 0]) for frame in container.decode(video=0)]


def test_the_file_holds_the_timeline_and_the_sidecar_says_how(tmp_path: Path) -> None:
    timeline = solid_timeline()
    report = export(timeline, tmp_path, tmp_path / "ad.mp4", SMALL, audio=np.zeros((19_200, 2), np.float32))
    assert (report.width, report.height, report.frames, report.attempts) == (192, 108, 12, 1)
    assert report.size_bytes == report.path.stat().st_size
    assert lumas(report.path) == pytest.approx([63] * 6 + [32] * 6, abs=2)
    facts = json.loads(report.sidecar.read_text())
    assert facts["schema_version"] == 1
    assert facts["canvas"] == {"width": 192, "height": 108, "aspect": "16:9"}
    assert from_json(json.dumps(facts["timeline"])) == timeline


@pytest.mark.parametrize(("rate", "frames"), [(24, 10), (25, 10), (60, 24)])
def test_another_rate_keeps_the_length(tmp_path: Path, rate: int, frames: int) -> None:
    preset = Preset("p", "16:9", FrameRate(rate), scale=0.1)
    report = export(solid_timeline(), tmp_path, tmp_path / "ad.mp4", preset)
    assert report.frames == frames
    assert len(lumas(report.path)) == frames


def test_progress_rises_to_the_end_and_knows_what_is_left(tmp_path: Path) -> None:
    told: list[ExportProgress] = []
    ticks = iter(range(1000))
    export(
        solid_timeline(),
        tmp_path,
        tmp_path / "ad.mp4",
        SMALL,
        progress=told.append,
        clock=lambda: float(next(ticks)),
    )
    assert [step.frames_done for step in told] == list(range(1, 13))
    assert told[-1].fraction == 1
    assert [step.seconds_left for step in told] == [float(12 - n) for n in range(1, 13)]


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    calls = iter([False] * 5 + [True] * 100)
    with pytest.raises(ExportCancelledError):
        export(solid_timeline(), tmp_path, tmp_path / "ad.mp4", SMALL, cancelled=lambda: next(calls))
    assert not list(tmp_path.iterdir())


def test_a_broken_lut_stops_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "bad.cube").write_text("LUT_3D_SIZE 900")
    with pytest.raises(UnusableInputError, match="line 1"):
        export(solid_timeline(look=Look(lut="bad.cube")), tmp_path, tmp_path / "ad.mp4", SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.cube"]


def test_an_empty_timeline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="empty"):
        export(solid_timeline(0), tmp_path, tmp_path / "ad.mp4", SMALL)


def wandering(frame: int) -> Yuv:
    picture = Yuv.blank(352, 640)
    across = np.arange(352)[None, :] + np.arange(640)[:, None] * 0.5
    picture.y[:] = (90 + 50 * np.sin((across + 5 * frame) / 21) * np.cos(across / 9)).astype(np.uint8)
    return picture


def test_the_same_pictures_give_the_same_bytes_whatever_memory_held_before(tmp_path: Path) -> None:
    encoding = replace(encoding_for(PRESETS["9:16"], FrameRate(30)), width=352, height=640)
    pictures = [wandering(frame) for frame in range(24)]
    films = []
    for run in range(3):
        noise, rubbish = np.random.default_rng(run), []
        with FrameWriter(tmp_path / "a.mp4", encoding) as writer:
            for picture in pictures:
                rubbish += [noise.integers(0, 255, noise.integers(1000, 400_000), np.uint8) for _ in range(9)]
                del rubbish[::2]
                writer.write(picture)
        films.append((tmp_path / "a.mp4").read_bytes())
    assert films[0] == films[1] == films[2]


def noisy_timeline(root: Path) -> Timeline:
    encoding = Encoding(192, 108, FrameRate(30), options={"preset": "ultrafast", "crf": "18"})
    noise = np.random.default_rng(0)
    with FrameWriter(root / "noise.mp4", encoding) as writer:
        for _ in range(30):
            picture = Yuv.blank(192, 108)
            picture.y[...] = noise.integers(16, 235, picture.y.shape, np.uint8)
            writer.write(picture)
    take = Take("n", "noise.mp4", MediaKind.VIDEO, FrameRange(0, 30), 192, 108)
    clip = Clip("a", Footage((take,)), FrameRange(0, 30))
    return Timeline("t", "t", FrameRate(30), 30, (Track("v", TrackKind.VIDEO, "V", (clip,)),))


def test_a_size_limit_is_kept_even_by_noise(tmp_path: Path) -> None:
    noisy = noisy_timeline(tmp_path)
    free = export(noisy, tmp_path, tmp_path / "free.mp4", SMALL)
    limited = export(noisy, tmp_path, tmp_path / "ad.mp4", replace(SMALL, max_bytes=150_000))
    assert limited.size_bytes <= 150_000 < free.size_bytes


def test_a_file_that_came_out_too_large_is_written_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clappper.render.export.peak_for", lambda *_, **__: 50_000_000)
    limit = replace(SMALL, max_bytes=150_000)
    report = export(noisy_timeline(tmp_path), tmp_path, tmp_path / "ad.mp4", limit)
    assert report.attempts == 2
    assert report.size_bytes <= 150_000


def test_a_hopeless_size_limit_says_what_would_do() -> None:
    with pytest.raises(UnusableInputError, match="too small for 15 seconds") as caught:
        peak_for(100_000, 15.0, has_audio=True)
    assert "Allow at least" in caught.value.hint


def test_presets_cover_every_aspect_and_rate() -> None:
    assert preset_named("9:16@30").canvas.width == 1080
    assert {preset.canvas.aspect for preset in PRESETS.values()} == {"9:16", "4:5", "1:1", "16:9"}
    assert all(preset.canvas.width % 2 == preset.canvas.height % 2 == 0 for preset in PRESETS.values())
    with pytest.raises(UnusableInputError, match="3:7"):
        preset_named("3:7")


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_every_codec_writes_a_file_that_plays(tmp_path: Path, codec: VideoCodec) -> None:
    preset = Preset("c", "1:1", codec=codec, scale=0.1)
    silence = np.zeros((19_200, 2), np.float32)
    report = export(solid_timeline(), tmp_path, tmp_path / f"ad{preset.suffix}", preset, audio=silence)
    with FrameReader(report.path, rate=FrameRate(30), width=108, height=108) as reader:
        assert [int(reader.at(n).y[0, 0]) for n in range(12)] == pytest.approx([63] * 6 + [32] * 6, abs=3)
    facts = probe(report.path)
    assert (facts.has_audio, facts.rate) == (True, FrameRate(30))
    assert check_codec(facts, Order(preset.canvas, FrameRate(30), 12, codec.container)).passed


def test_prores_keeps_to_no_size(tmp_path: Path) -> None:
    preset = Preset("m", codec=VideoCodec.PRORES, max_bytes=1_000_000)
    with pytest.raises(UnusableInputError, match="no size limit"):
        export(solid_timeline(), tmp_path, tmp_path / "ad.mov", preset)


def test_nvenc_falls_back_to_the_processor_where_it_is_missing() -> None:
    encoding = encoding_for(Preset("g", gpu=True), FrameRate(30))
    assert encoding.encoder in {"h264_nvenc", "libx264"}
