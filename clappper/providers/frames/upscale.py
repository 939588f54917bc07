"""A clip in more pixels by resampling: edges stay sharp, no detail is added, and none is claimed."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import cv2

from clappper.base.errors import UnusableInputError
from clappper.media.audio import read_audio
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Plane, Yuv
from clappper.media.probe import probe
from clappper.providers.child import Report
from clappper.providers.contract import GenRequest, Role
from clappper.providers.frames.film import OPTIONS

LARGEST_SIDE = 8192


def make(request: GenRequest, destination: Path, report: Report) -> None:
    """Write the source video of a request ``extra.factor`` times as wide and high, with its sound.

    Raises:
        UnusableInputError: there is no source, it is no clip, or the result would be larger than 8K.
    """
    source = next((Path(file.path) for file in request.files if file.role is Role.SOURCE_VIDEO), None)
    if source is None:
        raise UnusableInputError("Upscaling needs a clip.", "Give a source video.")
    facts, factor = probe(source), int(request.extra.get("factor", 2))
    if facts.kind != "video" or factor not in {2, 3, 4}:
        raise UnusableInputError(
            f"{source.name} cannot be made {factor} times as large.", "Choose 2, 3 or 4."
        )
    width, height = facts.width // 2 * 2, facts.height // 2 * 2
    if max(width, height) * factor > LARGEST_SIDE:
        raise UnusableInputError(
            f"{source.name} would be {width * factor}x{height * factor}.",
            f"Stay within {LARGEST_SIDE} pixels.",
        )
    total = max(1, facts.rate.frame_at(facts.duration_seconds))
    encoding = Encoding(width * factor, height * factor, facts.rate, options=OPTIONS)
    with (
        FrameReader(source, rate=facts.rate, width=width, height=height) as reader,
        FrameWriter(destination, encoding, read_audio(source) if facts.has_audio else None) as writer,
    ):
        for frame in range(total):
            writer.write(enlarged(reader.at(frame), factor))
            report((frame + 1) / total, "resampling")


def enlarged(picture: Yuv, factor: int) -> Yuv:
    """Resample with Lanczos' window of 8x8."""
    y, u, v = (_resampled(plane, factor) for plane in picture.planes)
    return Yuv(y, u, v)


def _resampled(plane: Plane, factor: int) -> Plane:
    size = (plane.shape[1] * factor, plane.shape[0] * factor)
    return cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_LANCZOS4))
