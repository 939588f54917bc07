from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.media.audio import write_wav
from clappper.media.probe import probe
from clappper.media.proxy import make_filmstrip, make_proxy, make_thumbnail, make_waveform, peaks


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    wave = 0.5 * np.sin(np.arange(24_000) * (2 * np.pi * 200 / 48_000)).astype(np.float32)
    write_wav(path, np.stack([wave, wave], axis=1))
    return path


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "logo.png"
    Image.new("RGBA", (40, 20), (255, 255, 255, 128)).save(path)
    return path


def test_a_proxy_is_small_steady_and_scrubs_well(clip: Path, tmp_path: Path) -> None:
    destination = tmp_path / "proxy.mp4"
    make_proxy(clip, destination, short_side=18)
    facts = probe(destination)
    assert (facts.width, facts.height, facts.frame_count) == (32, 18, 12)
    assert (facts.video_codec, facts.transfer, facts.has_audio) == ("h264", "bt709", True)
    with av.open(str(destination)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    keyframes = [index for index, packet in enumerate(packets) if packet.is_keyframe]
    assert keyframes[0] == 0
    assert max(np.diff([*keyframes, len(packets)])) <= 8


def test_a_small_clip_is_never_enlarged(clip: Path, tmp_path: Path) -> None:
    make_proxy(clip, tmp_path / "proxy.mp4")
    assert probe(tmp_path / "proxy.mp4").height == 36


@pytest.mark.parametrize(
    ("name", "size"),
    [("formats/rot90.mov", (36, 64)), ("formats/sar_2by3.mp4", (42, 36)), ("broken/one-pixel.mp4", (2, 2))],
)
def test_rotation_and_pixel_aspect_are_applied(
    corpus: Path, tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    make_proxy(corpus / name, tmp_path / "proxy.mp4", short_side=36)
    facts = probe(tmp_path / "proxy.mp4")
    assert (facts.width, facts.height, facts.rotation) == (*size, 0)


def test_a_clip_of_varying_pace_keeps_its_length(corpus: Path, tmp_path: Path) -> None:
    source = corpus / "real/phone-rot180-vfr_720p.mp4"
    make_proxy(source, tmp_path / "proxy.mp4", short_side=36)
    facts = probe(tmp_path / "proxy.mp4")
    assert not facts.is_variable_rate
    assert facts.duration_seconds == pytest.approx(probe(source).duration_seconds, abs=0.1)


def test_a_thumbnail_is_made_of_anything(clip: Path, logo: Path, tone: Path, tmp_path: Path) -> None:
    for source, size in ((clip, (32, 18)), (logo, (32, 16)), (tone, (32, 16))):
        make_thumbnail(source, tmp_path / "thumb.jpg", long_side=32)
        with Image.open(tmp_path / "thumb.jpg") as image:
            assert (image.format, image.size) == ("JPEG", size)
            assert np.asarray(image).std() > 5 or source == logo


def test_a_white_logo_stands_out_in_its_thumbnail(logo: Path, tmp_path: Path) -> None:
    make_thumbnail(logo, tmp_path / "thumb.jpg")
    with Image.open(tmp_path / "thumb.jpg") as image:
        assert np.asarray(image).mean() < 160


def test_a_filmstrip_shows_the_clip_in_order(clip: Path, tmp_path: Path) -> None:
    make_filmstrip(clip, tmp_path / "strip.jpg", frames=4, height=36)
    with Image.open(tmp_path / "strip.jpg") as image:
        tiles = np.asarray(image.convert("L")).reshape(36, 4, 64)
    centres = [int(tiles[:, n].mean(axis=0).argmax()) for n in range(4)]
    assert centres == sorted(centres)
    assert centres[3] - centres[0] > 30


def test_a_waveform_has_a_hundred_peaks_a_second(clip: Path, tone: Path, tmp_path: Path) -> None:
    make_waveform(tone, tmp_path / "tone.npy")
    shape = np.load(tmp_path / "tone.npy", allow_pickle=False)
    assert (shape.shape, shape.dtype) == ((50, 2), np.int8)
    assert np.abs(shape - np.array([-64, 64])).max() <= 1
    make_waveform(clip, tmp_path / "clip.npy")
    assert len(np.load(tmp_path / "clip.npy")) >= 100


def test_peaks_of_loud_and_of_no_sound() -> None:
    assert peaks(np.full((10, 2), 3.0, np.float32)).tolist() == [[0, 127]]
    assert peaks(np.zeros((0, 2), np.float32)).shape == (0, 2)


def test_what_has_no_pictures_or_no_sound_says_so(tone: Path, logo: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="no clip"):
        make_proxy(tone, tmp_path / "a.mp4")
    with pytest.raises(UnusableInputError, match="no pictures"):
        make_filmstrip(tone, tmp_path / "a.jpg")
    with pytest.raises(UnusableInputError, match="no sound"):
        make_waveform(logo, tmp_path / "a.npy")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["logo.png", "tone.wav"]


def test_a_folder_that_is_not_there_is_named_and_nothing_is_left(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(ClappperError, match=r"thumb\.jpg could not be saved"):
        make_thumbnail(clip, tmp_path / "gone" / "thumb.jpg")
    make_filmstrip(clip, tmp_path / "strip.jpg", frames=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "strip.jpg"]
