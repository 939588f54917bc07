"""From a request to a finished clip: choose the scene, paint each frame, write the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2

from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.providers.child import Report
from clappper.providers.contract import GenRequest
from clappper.providers.motion import abstract, endcard, flatlay, lifestyle, montage, packshot, plates
from clappper.providers.motion.cutout import Cutout
from clappper.providers.motion.picture import Picture
from clappper.providers.motion.shot import Shot, read_shot
from clappper.providers.motion.stage import Paint

X264 = {"preset": "ultrafast", "crf": "14", "g": "30", "x264-params": "cabac=1:no-deblock=0"}
GRAIN_LEVELS = 0.6


def make(request: GenRequest, destination: Path, report: Report, shelf: Path | None = None) -> None:
    """Draw the clip that ``request`` asks for as an MP4 at ``destination``.

    ``shelf`` is a folder that keeps cut-outs between clips.

    Raises:
        UnusableInputError: a picture cannot be read, or a value makes no sense.
    """
    cv2.setNumThreads(1)
    report(0.0, "reading")
    shot = read_shot(request, shelf)
    encoding = Encoding(shot.width, shot.height, shot.rate, options=X264, threads=1)
    with FrameWriter(destination, encoding) as writer:
        for index, frame in enumerate(frames(shot)):
            writer.write(frame)
            report((index + 1) / shot.frames, "drawing")


def frames(shot: Shot) -> Iterator[Yuv]:
    """Paint a shot frame by frame."""
    picture = Picture(shot.width, shot.height, grain_levels=GRAIN_LEVELS, rng=shot.rng())
    paint = direct(shot)
    for index in range(shot.frames):
        paint(picture, (index + 0.5) / shot.frames)
        yield picture.finish(index)


def direct(shot: Shot) -> Paint:
    """Choose who paints: by scene type, and by what there is to show."""
    if shot.plates and (shot.scene == "lifestyle" or not shot.cutout):
        return plates.direct(shot)
    if not shot.cutout:
        return abstract.direct(shot)
    floats = "floating" in shot.reading.traits
    if shot.scene in {"packshot", "lifestyle"} and not shot.cutout.standing and not floats:
        return flatlay.direct(shot, shot.cutout)
    scenes: dict[str, Callable[[Shot, Cutout], Paint]] = {
        "packshot": packshot.direct,
        "lifestyle": lifestyle.direct,
        "montage": montage.direct,
        "endcard": endcard.direct,
    }
    return scenes[shot.scene](shot, shot.cutout)
