from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.probe import probe

# Decoded frame counts and displayed sizes as another FFmpeg, or the file's author, states them.
TRUTH = {
    "formats/alpha_vp8_faulty.webm": (1920, 1080, "60", 300),
    "formats/avi_mpeg4_23976.avi": (960, 400, "24000/1001", 96),
    "formats/bt601_phone.mov": (640, 428, "30000/1001", 30),
    "formats/chapters.mp4": (1080, 720, "30000/1001", 30),
    "formats/cover-art-stream.mp4": (640, 360, "30", 60),
    "formats/dolbyvision_hevc_rot90.mov": (720, 1280, "30", 4),
    "formats/empty-second-video-track.mp4": (1080, 720, "30000/1001", 30),
    "formats/fragmented.mp4": (1080, 720, "30000/1001", 30),
    "formats/h264_12.5fps_720p.mp4": (1280, 720, "25/2", 13),
    "formats/hdr10_av1_portrait.mp4": (720, 1280, "30000/1001", 127),
    "formats/portrait_4k60_h264_rot90.mp4": (2160, 3840, None, 18),
    "formats/rot90.mov": (320, 568, "30", 3),
    "formats/sar_2by3.mp4": (427, 360, "30", 60),
    "formats/slowmo_android_vfr.mp4": (1280, 720, None, 7),
    "formats/smpte_29.97_drop.mp4": (1920, 1080, "25", 251),
    "formats/vp9_odd_161x121.webm": (161, 121, "30000/1001", 30),
    "formats/xdcam-ex-1080i60.mov": (1920, 1080, "25", 25),
    "real/nasa_two-video-two-audio.mp4": (320, 180, "25", 325),
    "real/phone-rot180-vfr_720p.mp4": (1280, 720, None, 25),
    "real/spices_720p.mp4": (1280, 720, None, 153),
    "broken/bad-audio-packets.mp4": (640, 360, "25", 280),
    "broken/missing-stsd.mp4": (1080, 720, "30000/1001", 30),
    "broken/no-duration.webm": (1280, 720, None, 74),
    "broken/one-pixel.mp4": (1, 1, "1", 5),
    "ai/seine_essence-pour.gif": (540, 231, None, 16),
}


@pytest.mark.parametrize("name", TRUTH)
def test_real_clips_are_measured_as_they_play(corpus: Path, name: str) -> None:
    facts = probe(corpus / name)
    width, height, rate, frames = TRUTH[name]
    assert facts.kind == "video"
    assert (facts.width, facts.height, facts.frame_count) == (width, height, frames)
    assert rate is None or facts.rate.fps == Fraction(rate)
    assert facts.duration_seconds == pytest.approx(frames / float(facts.rate.fps), rel=0.2)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("formats/fragmented.mp4", 1.001),
        ("broken/no-duration.webm", 4.938),
        ("real/screen-recording_vfr_3026x1386.mp4", 8.726),
        ("audio/music/kick_120bpm.mp3", 10.0),
        ("audio/music/vibe-ace_jazz.ogg", 61.459),
    ],
)
def test_durations_come_from_what_is_there(corpus: Path, name: str, seconds: float) -> None:
    assert probe(corpus / name).duration_seconds == pytest.approx(seconds, abs=0.002)


def test_varying_pace_rotation_alpha_and_light_are_named(corpus: Path) -> None:
    phone = probe(corpus / "real/phone-rot180-vfr_720p.mp4")
    assert (phone.rotation, phone.is_variable_rate, phone.has_audio) == (180, True, True)
    assert probe(corpus / "formats/rot270.mov").rotation == 270
    assert probe(corpus / "real/spices_720p.mp4").rotation == 0
    assert probe(corpus / "formats/hlg10_hevc_colorchart.mp4").transfer == "hlg"
    assert probe(corpus / "formats/hdr10_av1_portrait.mp4").transfer == "pq"
    assert probe(corpus / "formats/square-alpha_vp9.webm").has_alpha
    assert probe(corpus / "formats/animation.mov").has_alpha
    assert probe(corpus / "formats/xdcam-ex-1080i60.mov").is_interlaced
    assert not probe(corpus / "formats/av1.mkv").is_variable_rate


def test_stills_and_sounds_are_told_from_clips(corpus: Path) -> None:
    animated = probe(corpus / "ai/comfyui_mochi_fox-winter.webp")
    assert (animated.kind, animated.width, animated.height) == ("still", 848, 480)
    assert animated.notes
    assert probe(corpus / "brand/logos/python.svg").kind == "still"
    with_cover = probe(corpus / "audio/music/vibe-ace_jazz.ogg")
    assert (with_cover.kind, with_cover.sample_rate, with_cover.channels) == ("audio", 22050, 1)


def test_a_clip_of_our_own(clip: Path) -> None:
    facts = probe(clip)
    assert (facts.kind, facts.width, facts.height, facts.frame_count) == ("video", 64, 36, 12)
    assert (facts.rate, facts.duration_seconds, facts.is_variable_rate) == (FrameRate(12), 1.0, False)
    assert (facts.video_codec, facts.audio_codec, facts.sample_rate, facts.channels) == (
        "h264",
        "aac",
        48000,
        2,
    )
    assert facts.size_bytes == clip.stat().st_size


def test_a_clip_cut_off_in_the_middle_says_how_much_is_left(clip: Path, tmp_path: Path) -> None:
    whole, short = tmp_path / "whole.mkv", tmp_path / "short.mkv"
    with av.open(str(whole), "w") as container:
        stream = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuvj420p"
        for _ in range(40):
            picture = av.VideoFrame.from_ndarray(np.zeros((36, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    short.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    facts = probe(short)
    frames = facts.frame_count
    assert frames is not None
    assert "of the 4.0 s it announces" in facts.notes[0]
    assert 10 < frames < 30
    short.write_bytes(clip.read_bytes()[:2000])
    with pytest.raises(UnusableInputError, match=r"short\.mkv is damaged or cut off"):
        probe(short)


def test_a_frame_too_large_to_hold_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "huge.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 8208, 16, "yuvj420p"
        container.mux(stream.encode(av.VideoFrame(8208, 16, "yuvj420p")))
        container.mux(stream.encode(None))
    with pytest.raises(UnusableInputError, match="8208x16"):
        probe(path)


def test_a_large_file_is_measured_by_its_beginning(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = probe(clip)
    monkeypatch.setattr("clappper.media.probe._LARGE_FILE_BYTES", 100)
    monkeypatch.setattr("clappper.media.probe._MAX_PACKETS_OF_LARGE", 20)
    facts = probe(clip)
    assert facts.frame_count is None
    assert (facts.rate, facts.duration_seconds) == (whole.rate, whole.duration_seconds)
    assert facts.audio_seconds == pytest.approx(whole.audio_seconds, abs=0.05)


def test_a_name_that_is_no_text_still_opens(clip: Path, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    odd.write_bytes(clip.read_bytes())
    assert probe(odd).frame_count == 12
