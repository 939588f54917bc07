"""Painted frames against small references, compared by SSIM so that another codec build does not matter.

To accept a change of look, run with ``CLAPPPER_ACCEPT_FRAMES=1`` and look at the pictures before committing.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clappper.base.units import FrameRange, FrameRate
from clappper.media.colour import rgb_of
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.compose import paint
from clappper.render.sources import Sources
from clappper.timeline.model import (
    Clip,
    Easing,
    Footage,
    Grade,
    Keyframe,
    Look,
    MediaKind,
    Motion,
    Solid,
    Take,
    Timeline,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
)

HERE = Path(__file__).parent
CANVAS = Canvas(96, 54, "16:9")
LEAST_SSIM = 0.985

Rgb = NDArray[np.uint8]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make two stills, one of them transparent, and a LUT."""
    folder = tmp_path_factory.mktemp("golden")
    y, x = np.mgrid[0:108, 0:192]
    stripes = ((x // 12 + y // 12) % 2 * 90).astype(np.uint8)
    rings = (127 + 120 * np.sin(np.hypot(x - 96, y - 54) / 6)).astype(np.uint8)
    warm = np.dstack([stripes, (x + 40).clip(0, 255).astype(np.uint8), np.full_like(stripes, 200)])
    cool = np.dstack([np.full_like(rings, 190), rings, (y * 2).astype(np.uint8), np.where(x < 150, 255, 90)])
    cv2.imwrite(str(folder / "warm.png"), warm)
    cv2.imwrite(str(folder / "cool.png"), cool.astype(np.uint8))
    steps = [(r, g, b) for b in (0.1, 0.9) for g in (0.0, 1.0) for r in (0.0, 1.0)]
    (folder / "matt.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(f"{r} {g} {b}" for r, g, b in steps))
    return folder


def still(name: str) -> Footage:
    return Footage((Take(name, f"{name}.png", MediaKind.STILL, FrameRange(0, 0), 192, 108),))


def cut_with(kind: TransitionKind) -> Timeline:
    clips = (
        Clip("one", still("warm"), FrameRange(0, 20)),
        Clip("two", still("cool"), FrameRange(20, 40), transition=Transition(kind, 10, "#E8A33D")),
    )
    return Timeline("g", "g", FrameRate(30), 40, (Track("v", TrackKind.VIDEO, "V", clips),))


def moving() -> Timeline:
    zoom = (Keyframe(0, 1.0, Easing.LINEAR), Keyframe(40, 1.4))
    inset = Motion(x=(Keyframe(0, 0.2),), scale=(Keyframe(0, 0.4),), rotation=(Keyframe(0, 15.0),))
    below = Clip("below", still("warm"), FrameRange(0, 40), motion=Motion(scale=zoom))
    above = Clip("above", still("cool"), FrameRange(0, 40), motion=inset)
    plain = Clip("plain", Solid("#1E6FD9"), FrameRange(0, 40), motion=Motion(opacity=(Keyframe(0, 0.3),)))
    tracks = tuple(Track(clip.id, TrackKind.VIDEO, "", (clip,)) for clip in (below, above, plain))
    return Timeline("g", "g", FrameRate(30), 40, tracks)


def looking() -> Timeline:
    look = Look(
        "matt.cube", 0.8, Grade(exposure=0.3, contrast=0.2, saturation=-0.2, temperature=0.5), vignette=0.8
    )
    return replace(cut_with(TransitionKind.DISSOLVE), look=look)


SCENES = {
    **{f"{kind}-{frame}": (cut_with(kind), frame) for kind in TransitionKind for frame in (17, 22)},
    "moving": (moving(), 25),
    "look": (looking(), 5),
}


def as_rgb(picture: Yuv) -> Rgb:
    u, v = (plane.repeat(2, 0).repeat(2, 1).astype(np.float32) for plane in (picture.u, picture.v))
    rgb = rgb_of(picture.y.astype(np.float32), u, v)
    return np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)


def ssim(one: Rgb, other: Rgb) -> float:
    """Give the mean structural similarity over the channels (Wang et al. 2004), Gaussian window of 1.5."""

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), np.float64)

    a, b = one.astype(np.float64), other.astype(np.float64)
    ma, mb = mean(a), mean(b)
    va, vb, vab = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    score = (2 * ma * mb + c1) * (2 * vab + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
    return float(score.mean())


@pytest.mark.parametrize("name", SCENES)
def test_the_frame_looks_as_it_was_accepted(name: str, root: Path) -> None:
    timeline, frame = SCENES[name]
    with Sources(root) as sources:
        painted = as_rgb(paint(timeline, frame, CANVAS, sources))
    reference = HERE / f"{name}.png"
    if os.environ.get("CLAPPPER_ACCEPT_FRAMES"):
        cv2.imwrite(str(reference), painted[..., ::-1])
    accepted = np.asarray(cv2.imread(str(reference)), np.uint8)[..., ::-1]
    assert ssim(painted, accepted) >= LEAST_SSIM


def test_the_measure_notices_a_difference() -> None:
    picture = np.asarray(cv2.imread(str(HERE / "moving.png")), np.uint8)
    shifted = np.roll(picture, 1, axis=1)
    assert ssim(picture, picture) == pytest.approx(1.0)
    assert ssim(picture, shifted) < LEAST_SSIM
