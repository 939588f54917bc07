"""Small stand-ins for a media file: a proxy to scrub in, a thumbnail, a filmstrip, a waveform.

All are made once, when a file enters a project, so that nothing on screen ever waits for the original.
Each appears under its name complete or not at all.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.audio import RATE, Samples, read_audio
from clappper.media.companions import PEAKS_PER_SECOND, STRIP_FRAMES
from clappper.media.decode import FrameReader
from clappper.media.drawing import Rgba
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.probe import MediaFacts, probe
from clappper.media.still import load_rgba

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from clappper.media.picture import Yuv

FASTEST_PROXY = FrameRate(60)
_CANDIDATES = (0.1, 0.35, 0.6)
_KEYFRAME_EVERY = "8"
_DARK, _LIGHT = (32, 32, 32), (242, 242, 242)


def make_proxy(source: Path, destination: Path, *, short_side: int = 540) -> None:
    """Write a small H.264 MP4 that scrubs well: upright, square pixels, BT.709, steady rate, short groups.

    It starts with the source's first picture and has the source's length and sound. A source that is
    smaller already keeps its size.

    Raises:
        UnusableInputError: the source is no clip, or is damaged.
        ClappperError: the destination cannot be written.
    """
    facts = probe(source)
    if facts.kind != "video":
        raise UnusableInputError(f"{source.name} is no clip and needs no proxy.", "Use the file itself.")
    width, height = _fitted(facts, short_side / min(facts.width, facts.height))
    rate = facts.rate if facts.rate.fps <= FASTEST_PROXY.fps else FASTEST_PROXY
    options = {"preset": "superfast", "crf": "23", "g": _KEYFRAME_EVERY, "bf": "0", "tune": "fastdecode"}
    encoding = Encoding(width, height, rate, options=options)
    sound = read_audio(source) if facts.has_audio else None
    with (
        FrameReader(source, rate=rate, width=width, height=height) as reader,
        FrameWriter(destination, encoding, sound) as writer,
    ):
        for frame in range(max(1, rate.frame_at(facts.duration_seconds))):
            writer.write(reader.at(frame))


def make_thumbnail(source: Path, destination: Path, *, long_side: int = 320) -> None:
    """Write a JPEG of the most telling of three moments of a clip, of a still, or of a sound's waveform.

    Raises:
        UnusableInputError, ClappperError: as ``make_proxy``.
    """
    facts = probe(source)
    _save_jpeg(_thumbnail(source, facts, long_side), destination)


def make_filmstrip(source: Path, destination: Path, *, frames: int = STRIP_FRAMES, height: int = 72) -> None:
    """Write one JPEG of ``frames`` pictures side by side, evenly spread over the clip.

    Picture n shows the middle of the n-th part of the clip, so a strip lies under its clip in step.

    Raises:
        UnusableInputError, ClappperError: as ``make_proxy``; a sound has no pictures.
    """
    facts = probe(source)
    if facts.kind == "audio":
        raise UnusableInputError(f"{source.name} is a sound and has no pictures.", "Draw its waveform.")
    size = _fitted(facts, height / facts.height)
    if facts.kind == "still":
        tile = _still(source, size)
        _save_jpeg(np.concatenate([tile] * frames, axis=1), destination)
        return
    rate = _counting_rate(facts)
    total = rate.frame_at(facts.duration_seconds)
    with FrameReader(source, rate=rate, width=size[0], height=size[1]) as reader:
        tiles = [_rgb(reader.at((2 * n + 1) * total // (2 * frames))) for n in range(frames)]
    _save_jpeg(np.concatenate(tiles, axis=1), destination)


def make_waveform(source: Path, destination: Path) -> None:
    """Write the sound's peaks as .npy: int8 (n, 2), lowest and highest of both channels in each 10 ms.

    127 is full scale.

    Raises:
        UnusableInputError, ClappperError: as ``make_proxy``; the source has no sound.
    """
    facts = probe(source)
    if not facts.has_audio:
        raise UnusableInputError(f"{source.name} has no sound.", "Choose a file with an audio track.")
    with _replacing(destination) as part, part.open("wb") as file:
        np.save(file, peaks(read_audio(source)), allow_pickle=False)


def peaks(samples: Samples) -> NDArray[np.int8]:
    """Reduce 48 kHz sound (n, channels) to int8 (m, 2): the lowest and highest of each 10 ms."""
    block = RATE // PEAKS_PER_SECOND
    missing = -len(samples) % block
    blocks = np.pad(samples, ((0, missing), (0, 0))).reshape(-1, block * samples.shape[1])
    extremes = np.stack([blocks.min(axis=1, initial=0.0), blocks.max(axis=1, initial=0.0)], axis=1)
    return np.clip(np.round(extremes * 127), -127, 127).astype(np.int8)


def _fitted(facts: MediaFacts, scale: float) -> tuple[int, int]:
    """Scale the displayed size down, never up, to even numbers."""
    scale = min(1.0, scale)
    return max(2, round(facts.width * scale / 2) * 2), max(2, round(facts.height * scale / 2) * 2)


def _counting_rate(facts: MediaFacts) -> FrameRate:
    """Choose a rate at which a clip, however short, has enough frames to pick from."""
    return facts.rate if facts.rate.fps >= 10 else FrameRate(30)


def _thumbnail(source: Path, facts: MediaFacts, long_side: int) -> NDArray[np.uint8]:
    if facts.kind == "audio":
        return _waveform_picture(peaks(read_audio(source)), long_side)
    size = _fitted(facts, long_side / max(facts.width, facts.height))
    if facts.kind == "still":
        return _still(source, size)
    rate = _counting_rate(facts)
    total = rate.frame_at(facts.duration_seconds)
    with FrameReader(source, rate=rate, width=size[0], height=size[1]) as reader:
        moments = (reader.at(int(total * part)).copy() for part in _CANDIDATES)
        return _rgb(max(moments, key=lambda yuv: float(yuv.y.std())))


def _still(source: Path, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Lay a picture on a ground it stands out from, at ``size`` (width, height)."""
    rgba = load_rgba(source, width=size[0])
    reduced = Image.fromarray(rgba).resize(size, Image.Resampling.LANCZOS)
    return _grounded(np.array(reduced))


def _grounded(rgba: Rgba) -> NDArray[np.uint8]:
    alpha = rgba[..., 3:].astype(np.float32) / 255
    weight = float(alpha.sum())
    brightness = float((rgba[..., :3].mean(axis=2, keepdims=True) * alpha).sum() / max(weight, 1.0))
    ground = np.array(_DARK if brightness > 140 else _LIGHT, np.float32)
    flat = rgba[..., :3] * alpha + ground * (1 - alpha)
    return np.round(flat).astype(np.uint8)


def _waveform_picture(extremes: NDArray[np.int8], width: int) -> NDArray[np.uint8]:
    """Draw peaks as a light shape on dark, ``width`` x ``width`` / 2 pixels."""
    height = width // 2
    columns = np.linspace(0, max(len(extremes) - 1, 0), width).astype(int)
    shown = extremes[columns].astype(np.float32) if len(extremes) else np.zeros((width, 2), np.float32)
    level = np.linspace(127, -127, height, dtype=np.float32)[:, None]
    inside = (level >= shown[:, 0] - 1) & (level <= shown[:, 1] + 1)
    return np.where(inside[..., None], np.uint8(_LIGHT[0]), np.uint8(_DARK[0])).repeat(3, axis=2)


def _rgb(yuv: Yuv) -> NDArray[np.uint8]:
    """Convert limited-range BT.709 to RGB, shape (height, width, 3); the matrix is ITU-R BT.709's."""
    luma = (yuv.y.astype(np.float32) - 16) * (255 / 219)
    blue, red = (
        (plane.repeat(2, axis=0).repeat(2, axis=1).astype(np.float32) - 128) * (255 / 224)
        for plane in (yuv.u, yuv.v)
    )
    channels = (luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue)
    rgb: NDArray[np.float32] = np.clip(np.stack(channels, axis=2), 0, 255)
    return rgb.round().astype(np.uint8)


def _save_jpeg(rgb: NDArray[np.uint8], destination: Path) -> None:
    with _replacing(destination) as part:
        Image.fromarray(rgb).save(part, format="JPEG", quality=85)


@contextmanager
def _replacing(destination: Path) -> Iterator[Path]:
    """Give a name to write under; what is there afterwards takes the destination's place."""
    part = destination.with_name(f".{destination.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        part.replace(destination)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise ClappperError(
            f"{destination.name} could not be saved: {reason}.", "Check the folder."
        ) from error
    finally:
        part.unlink(missing_ok=True)
