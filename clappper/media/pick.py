"""Single pictures out of clips, as files and for comparing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from clappper.base.units import FrameRate
from clappper.media.colour import rgb_picture
from clappper.media.conform import Fit
from clappper.media.cuts import CutFinder
from clappper.media.decode import FrameReader, StillReader
from clappper.media.motion import WIDTH, FlowMeter, small, speeds
from clappper.media.picture import Yuv
from clappper.media.probe import probe


@dataclass(frozen=True, slots=True)
class Spot:
    """One picture of a clip: what it shows ``frame / rate`` seconds after its start."""

    path: Path
    frame: int
    rate: FrameRate


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two pictures go together: not at all, or so many small pixels (256 a row) apart on average."""

    is_cut: bool
    speed: float


def save_picture(spot: Spot, destination: Path) -> None:
    """Write one picture of a clip as PNG at its own size; a file that is there already stays.

    Raises:
        UnusableInputError: the clip cannot be read.
    """
    if destination.is_file():
        return
    rgb = np.rint(rgb_picture(picture_at(spot)) * 255).astype(np.uint8)
    destination.parent.mkdir(parents=True, exist_ok=True)
    part = destination.with_name(f".{destination.name}.part")
    try:
        done, data = cv2.imencode(".png", np.ascontiguousarray(rgb[..., ::-1]))
        assert done
        part.write_bytes(data.tobytes())
        part.replace(destination)
    finally:
        part.unlink(missing_ok=True)


def compare(one: Spot, other: Spot) -> Likeness:
    """Say how far one picture is from another.

    Raises:
        UnusableInputError: a clip cannot be read.
    """
    first = picture_at(one)
    return _likeness(first, picture_at(other, (first.width, first.height)))


def compare_stills(one: Path, other: Path) -> Likeness:
    """Say how far one picture file is from another.

    Raises:
        UnusableInputError: one cannot be read.
    """
    side = 2 * WIDTH
    readers = [StillReader(path, width=side, height=side, fit=Fit.BARS) for path in (one, other)]
    return _likeness(readers[0].at(0), readers[1].at(0))


def _likeness(one: Yuv, other: Yuv) -> Likeness:
    flow = FlowMeter().flow(small(one.y), small(other.y))
    return Likeness(CutFinder().between(one.y, other.y), float(speeds(flow).mean()))


def picture_at(spot: Spot, size: tuple[int, int] | None = None) -> Yuv:
    """Decode one picture, at its own size or another one."""
    facts = probe(spot.path)
    width, height = size or (facts.width // 2 * 2, facts.height // 2 * 2)
    with FrameReader(spot.path, rate=spot.rate, width=width, height=height) as reader:
        return reader.at(spot.frame).copy()
