from __future__ import annotations

import resource
import signal
from pathlib import Path

import av
import numpy as np
import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRate
from clappper.media.encode import FrameWriter, encoder_works
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv

SMALL = Encoding(64, 36, FrameRate(30), options={"preset": "ultrafast", "crf": "20"})


def write(path: Path, frames: int, encoding: Encoding = SMALL, audio_samples: int | None = None) -> Path:
    rng = np.random.default_rng(1)
    audio = None if audio_samples is None else rng.normal(0, 0.1, (audio_samples, 2)).astype(np.float32)
    with FrameWriter(path, encoding, audio) as writer:
        for number in range(frames):
            writer.write(Yuv.blank(encoding.width, encoding.height, luma=16 + 4 * number))
    return path


def seconds(stream: av.stream.Stream) -> float:
    assert stream.duration is not None
    assert stream.time_base is not None
    return float(stream.duration * stream.time_base)


def test_the_file_is_tagged_bt709_and_has_the_exact_frame_count(tmp_path: Path) -> None:
    with av.open(str(write(tmp_path / "a.mp4", 25))) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        tags = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        assert tags == (1, 1, 1, 1)
        assert stream.average_rate == 30
        assert sum(1 for _ in container.decode(stream)) == stream.frames == 25


@pytest.mark.parametrize("samples", [100, 40_000, 90_000])
def test_sound_is_as_long_as_the_picture(tmp_path: Path, samples: int) -> None:
    with av.open(str(write(tmp_path / "a.mp4", 30, audio_samples=samples))) as container:
        audio, video = container.streams.audio[0], container.streams.video[0]
        assert audio.rate == 48_000
        assert seconds(audio) == pytest.approx(1.0, abs=0.001)
        assert seconds(video) == pytest.approx(1.0, abs=0.001)


def test_the_index_comes_first(tmp_path: Path) -> None:
    data = write(tmp_path / "a.mp4", 5).read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_same_pictures_make_the_same_bytes(tmp_path: Path) -> None:
    one, other = (
        write(tmp_path / name, 20, audio_samples=32_000).read_bytes() for name in ("a.mp4", "b.mp4")
    )
    assert one == other


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", 8)
    with av.open(str(path)) as container:
        levels = [frame.to_ndarray()[:36].mean() for frame in container.decode(video=0)]
    assert levels == pytest.approx([16 + 4 * number for number in range(8)], abs=1.5)


def fail_halfway(path: Path) -> None:
    with FrameWriter(path, SMALL) as writer:
        writer.write(Yuv.blank(64, 36))
        raise ZeroDivisionError


def test_an_error_inside_leaves_the_old_file_and_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError):
        fail_halfway(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClappperError, match="does not exist"):
        write(tmp_path / "nowhere" / "a.mp4", 1)


def test_an_unknown_encoder_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ClappperError, match="no_such_codec"):
        write(tmp_path / "a.mp4", 1, Encoding(64, 36, FrameRate(30), "no_such_codec"))
    assert not list(tmp_path.iterdir())


def write_noise(path: Path) -> None:
    noise = np.random.default_rng(0)
    with FrameWriter(path, SMALL) as writer:
        for _ in range(60):
            picture = Yuv.empty(64, 36)
            for plane in picture.planes:
                plane[...] = noise.integers(0, 255, plane.shape, np.uint8)
            writer.write(picture)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        with pytest.raises(ClappperError, match="disk is full"):
            write_noise(tmp_path / "a.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert not list(tmp_path.iterdir())


def test_an_encoder_is_tried_not_trusted() -> None:
    assert encoder_works("libx264")
    assert not encoder_works("no_such_codec")
