"""What a finished file is to be: shape, size, rate, codec, and how large it may get."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.encode import AUDIO_BITS_PER_SECOND, Encoding, encoder_works
from clappper.render.canvas import ASPECTS, Canvas

RATES = (24, 25, 30, 60)
MIN_BITS_PER_SECOND = 150_000
CONTAINER_SHARE = 0.01
"""What the MP4 container adds at most, as a share of the file."""

BUFFER_SECONDS = 1.0
KEYFRAME_SECONDS = 2


class VideoCodec(StrEnum):
    H264 = "h264"
    HEVC = "hevc"
    AV1 = "av1"


@dataclass(frozen=True, slots=True)
class Preset:
    """One way to write a timeline out.

    ``rate`` is None for the timeline's own. ``scale`` 1 is 1080 lines across the short side. ``max_bytes`` 0
    is no limit. ``gpu`` takes NVENC where it works and the processor where it does not.
    """

    name: str
    aspect: str = "9:16"
    rate: FrameRate | None = None
    codec: VideoCodec = VideoCodec.H264
    scale: float = 1.0
    max_bytes: int = 0
    gpu: bool = False

    @property
    def canvas(self) -> Canvas:
        return Canvas.of(self.aspect, self.scale)


PRESETS: Mapping[str, Preset] = {
    name: Preset(name, aspect, FrameRate(rate) if rate else None)
    for aspect in ASPECTS
    for rate in (0, *RATES)
    for name in [f"{aspect}@{rate}" if rate else aspect]
}
"""By name: an aspect for the timeline's own rate, or ``9:16@30``."""


@dataclass(frozen=True, slots=True)
class _Writer:
    """An encoder, its FFmpeg options, and the MP4 tag players expect where it is not the default."""

    encoder: str
    options: Mapping[str, str]
    tag: str = ""


_SAME_BYTES = {"x264-params": "asm=SSE4.2"} if platform.machine() in {"x86_64", "AMD64"} else {}
"""x264's AVX-512 macroblock tree reads memory it never wrote, so bytes differ. SSE4.2 is about as fast."""

_ON_CPU = {
    VideoCodec.H264: _Writer(
        "libx264", {"preset": "veryfast", "crf": "20", "profile": "high", **_SAME_BYTES}
    ),
    VideoCodec.HEVC: _Writer(
        "libx265", {"preset": "fast", "crf": "23", "x265-params": "log-level=error"}, "hvc1"
    ),
    VideoCodec.AV1: _Writer("libsvtav1", {"preset": "9", "crf": "30"}),
}
_ON_GPU = {
    VideoCodec.H264: _Writer("h264_nvenc", {"preset": "p5", "rc": "vbr", "cq": "21", "profile": "high"}),
    VideoCodec.HEVC: _Writer("hevc_nvenc", {"preset": "p5", "rc": "vbr", "cq": "24"}, "hvc1"),
    VideoCodec.AV1: _Writer("av1_nvenc", {"preset": "p5", "rc": "vbr", "cq": "30"}),
}


def preset_named(name: str) -> Preset:
    """Find a preset.

    Raises:
        UnusableInputError: there is none of this name.
    """
    if name in PRESETS:
        return PRESETS[name]
    raise UnusableInputError(f"There is no export preset {name}.", f"Choose from {', '.join(PRESETS)}.")


def encoding_for(preset: Preset, rate: FrameRate, peak_bits_per_second: int = 0) -> Encoding:
    """Choose the encoder and its settings: constant quality, under a ceiling where one is given."""
    writer = _ON_CPU[preset.codec]
    if preset.gpu and encoder_works(_ON_GPU[preset.codec].encoder):
        writer = _ON_GPU[preset.codec]
    options = dict(writer.options)
    options["g"] = str(round(KEYFRAME_SECONDS * rate.fps))
    if peak_bits_per_second:
        options["maxrate"] = str(peak_bits_per_second)
        options["bufsize"] = str(round(peak_bits_per_second * BUFFER_SECONDS))
    canvas = preset.canvas
    return Encoding(canvas.width, canvas.height, rate, writer.encoder, options, writer.tag)


def peak_for(max_bytes: int, seconds: float, *, has_audio: bool) -> int:
    """Work out the picture's highest bit rate that keeps a file under ``max_bytes``.

    A buffer of ``BUFFER_SECONDS`` may start full, so that much more than ``seconds`` can be spent.

    Raises:
        UnusableInputError: the size is too small for a watchable picture.
    """
    sound = AUDIO_BITS_PER_SECOND * seconds if has_audio else 0
    picture = max_bytes * 8 * (1 - CONTAINER_SHARE) - sound
    peak = int(picture / (seconds + BUFFER_SECONDS))
    if peak < MIN_BITS_PER_SECOND:
        least = (MIN_BITS_PER_SECOND * (seconds + BUFFER_SECONDS) + sound) / 8 / (1 - CONTAINER_SHARE)
        raise UnusableInputError(
            f"{max_bytes / 1e6:.1f} MB is too small for {seconds:.0f} seconds of video.",
            f"Allow at least {least / 1e6:.1f} MB.",
        )
    return peak
