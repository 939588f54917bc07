"""What a finished file is to be: shape, size, rate, codec, and how large it may get."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.encoding import AUDIO_BITS_PER_SECOND, Container, Encoding
from clappper.render.canvas import ASPECTS, Canvas

RATES = (24, 25, 30, 60)
MIN_BITS_PER_SECOND = 150_000
CONTAINER_SHARE = 0.01
"""What the MP4 container adds at most, as a share of the file."""

DELIVERY_BYTES_PER_SECOND = 2_000_000
"""The delivery limit: 30 MB for 15 s."""

BUFFER_SECONDS = 1.0
KEYFRAME_SECONDS = 2


class VideoCodec(StrEnum):
    """How a file's pictures are written."""

    H264 = "h264"
    HEVC = "hevc"
    AV1 = "av1"
    VP9 = "vp9"
    PRORES = "prores"

    @property
    def container(self) -> Container:
        """VP9 goes into WebM with Opus, ProRes into QuickTime with PCM, the others into MP4 with AAC."""
        return {VideoCodec.VP9: Container.WEBM, VideoCodec.PRORES: Container.MOV}.get(self, Container.MP4)


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

    @property
    def suffix(self) -> str:
        return f".{self.codec.container}"


PRESETS: Mapping[str, Preset] = {
    name: Preset(name, aspect, FrameRate(rate) if rate else None, codec)
    for aspect in ASPECTS
    for rate in (0, *RATES)
    for codec in VideoCodec
    for name in [aspect + (f"@{rate}" if rate else "") + ("" if codec is VideoCodec.H264 else f" {codec}")]
}
"""By name: an aspect for the timeline's own rate in H.264, ``9:16@30``, ``1:1@25 hevc``."""


@dataclass(frozen=True, slots=True)
class _Writer:
    """An encoder, its FFmpeg options, the MP4 tag players expect where it is not the default, its pixels."""

    encoder: str
    options: Mapping[str, str]
    tag: str = ""
    pixels: str = "yuv420p"


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
    VideoCodec.VP9: _Writer(
        "libvpx-vp9", {"crf": "31", "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"}
    ),
    VideoCodec.PRORES: _Writer("prores_ks", {"profile": "hq", "vendor": "apl0"}, "", "yuv422p10le"),
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
    if preset.gpu and preset.codec in _ON_GPU:
        from clappper.media.encode import encoder_works

        writer = _ON_GPU[preset.codec] if encoder_works(_ON_GPU[preset.codec].encoder) else writer
    options = dict(writer.options)
    options["g"] = str(round(KEYFRAME_SECONDS * rate.fps))
    if peak_bits_per_second:
        if preset.codec is VideoCodec.PRORES:
            raise UnusableInputError(
                "ProRes has no size limit.", "Choose H.264 or HEVC to stay under a size."
            )
        if preset.codec is VideoCodec.VP9:
            options["b"] = str(peak_bits_per_second)
        options["maxrate"] = str(peak_bits_per_second)
        options["bufsize"] = str(round(peak_bits_per_second * BUFFER_SECONDS))
    canvas = preset.canvas
    return Encoding(
        canvas.width,
        canvas.height,
        rate,
        writer.encoder,
        options,
        writer.tag,
        container=preset.codec.container,
        pixels=writer.pixels,
    )


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
