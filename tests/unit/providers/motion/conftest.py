"""A product drawn in code, on the plain background of a catalogue photo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from clappper.providers.contract import GenRequest, InputFile, Kind, Role
from clappper.providers.motion.arrays import Bytes


@pytest.fixture
def photo() -> Bytes:
    """A red box with a dark lid on a light grey ground that darkens sideways; (240, 240, 4)."""
    ramp = np.linspace(225, 200, 240, dtype=np.float32)[None, :, None]
    rgb = np.repeat(ramp, 240, axis=0).repeat(3, axis=2)
    cv2.rectangle(rgb, (80, 70), (160, 199), (190, 30, 40), -1)
    cv2.rectangle(rgb, (80, 50), (160, 70), (30, 30, 34), -1)
    rgb += np.random.default_rng(1).normal(0, 1, rgb.shape)
    opaque = np.full((240, 240, 1), 255, np.float32)
    rgba: Bytes = np.clip(np.concatenate([rgb, opaque], axis=2), 0, 255).astype(np.uint8)
    return rgba


@pytest.fixture
def ask(photo: Bytes, tmp_path: Path) -> Callable[..., GenRequest]:
    """Build a tiny request; ``picture=False`` leaves the product out, other words go to ``extra``."""
    path = tmp_path / "box.png"
    cv2.imwrite(str(path), cv2.cvtColor(photo, cv2.COLOR_RGBA2BGRA))

    def request(*, picture: bool = True, seconds: float = 0.2, seed: int = 7, **extra: object) -> GenRequest:
        return GenRequest(
            key="job-1",
            kind=Kind.IMAGE_TO_VIDEO if picture else Kind.TEXT_TO_VIDEO,
            provider="motion",
            model="studio-1",
            prompt="",
            seconds=seconds,
            width=64,
            height=112,
            fps=30.0,
            seed=seed,
            files=(InputFile(Role.PRODUCT, str(path), ""),) if picture else (),
            extra={"brand_colors": ["#D4AF37", "#111111"], **extra},
        )

    return request
