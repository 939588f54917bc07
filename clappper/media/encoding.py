"""How a file is to be written, in FFmpeg's words; nothing of FFmpeg is loaded for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from clappper.base.units import FrameRate

SAMPLE_RATE = 48_000
AUDIO_BITS_PER_SECOND = 192_000
THREADS = 4
"""Fixed, because x264 and x265 write other bytes with another number of threads."""


class Container(StrEnum):
    """A kind of file, by FFmpeg's name."""

    MP4 = "mp4"
    WEBM = "webm"
    MOV = "mov"

    @property
    def sound_encoder(self) -> str:
        return {Container.MP4: "aac", Container.WEBM: "libopus", Container.MOV: "pcm_s24le"}[self]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to write: ``encoder``, ``options`` and ``pixels`` are FFmpeg's names; width and height are even."""

    width: int
    height: int
    rate: FrameRate
    encoder: str = "libx264"
    options: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""
    threads: int = THREADS
    container: Container = Container.MP4
    pixels: str = "yuv420p"
