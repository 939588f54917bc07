"""What a transfer model reads from a rendered scene: flat label colours, and near-bright depth, as films.

They have the frames, the rate and the size of the picture they belong to, and are encoded in high quality.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.store.files import write_atomically
from clappper.usd import folder as files
from clappper.usd.exr import read_channel
from clappper.usd.film import read_picture, write_film, yuv_of
from clappper.usd.packet import RenderJob, read_job

SEG_COLOURS = np.array([[230, 60, 60], [245, 205, 60], [60, 110, 220], [110, 110, 110]], np.uint8)
"""Product, logo, backdrop, anything else: apart in hue and brightness, so that encoding keeps them so."""

NEAR_SHARE, FAR_SHARE = 0.002, 0.998
MOST_SECONDS = 5.0
WARN_BYTES = 60_000_000


@dataclass(frozen=True, slots=True)
class Controls:
    """The films; None for a pass that was not rendered. ``near_m`` and ``far_m`` span the depth's greys."""

    seg: Path | None
    depth: Path | None
    near_m: float = 0.0
    far_m: float = 0.0
    warnings: tuple[str, ...] = ()


def prepare(folder: Path) -> Controls:
    """Write ``seg.mp4``, ``depth.mp4`` and ``depth.json`` beside a finished render's signals.

    Raises:
        UnusableInputError: the render is not finished.
    """
    job = read_job(folder)
    if not all(files.is_finished(folder, job, camera.frame) for camera in job.frames):
        raise UnusableInputError(f"The render in {folder} is not finished.", "Render it to its end first.")
    out = folder / job.out_dir
    seg = depth = None
    near = far = 0.0
    if "masks" in job.passes:
        seg = out / files.SEG
        pages = (yuv_of(flat_colours(read_picture(path))) for path in _files(folder, job, "masks"))
        write_film(seg, pages, job.width, job.height, job.fps)
    if "depth" in job.passes:
        depth = out / files.DEPTH
        near, far = _span(folder, job)
        greys = (yuv_of(near_bright(read_channel(p), near, far)) for p in _files(folder, job, "depth"))
        write_film(depth, greys, job.width, job.height, job.fps)
        facts = {"near_m": near, "far_m": far, "near": 255, "far": 0}
        write_atomically(out / "depth.json", json.dumps(facts, indent=1).encode())
    return Controls(seg, depth, near, far, tuple(_warnings(job, seg, depth)))


def flat_colours(masks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give each pixel the one colour of what covers it most; shape (h, w, 3)."""
    rest = 255 - np.minimum(masks.astype(np.int32).sum(axis=-1, keepdims=True), 255)
    winner = np.concatenate([masks.astype(np.int32), rest], axis=-1).argmax(axis=-1)
    flat: NDArray[np.uint8] = SEG_COLOURS[winner]
    return flat


def near_bright(depth: NDArray[np.float32], near: float, far: float) -> NDArray[np.uint8]:
    """Map metres to greys by their inverse, near white and infinity black; shape (h, w, 3)."""
    inverse = np.where(np.isfinite(depth), 1.0 / np.maximum(depth, 1e-6), 0.0)
    share = (inverse - 1 / far) / max(1 / near - 1 / far, 1e-9)
    grey = np.round(np.clip(share, 0, 1) * 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1)


def _span(folder: Path, job: RenderJob) -> tuple[float, float]:
    """Find one nearest and one farthest distance for the whole clip, so that greys do not flicker."""
    found = []
    for path in _files(folder, job, "depth"):
        depth = read_channel(path)
        finite = depth[np.isfinite(depth)]
        if len(finite):
            found.append(np.quantile(finite, [NEAR_SHARE, FAR_SHARE]))
    if not found:
        return 0.1, 10.0
    near, far = float(min(low for low, _ in found)), float(max(high for _, high in found))
    return round(near, 4), round(max(far, near * 1.01), 4)


def _files(folder: Path, job: RenderJob, name: str) -> Iterator[Path]:
    return (files.frame_file(folder, job, name, camera.frame) for camera in job.frames)


def _warnings(job: RenderJob, *films: Path | None) -> Iterator[str]:
    seconds = len(job.frames) / job.fps
    if seconds > MOST_SECONDS:
        yield f"The clip lasts {seconds:.1f} s; Cosmos takes at most {MOST_SECONDS:g} s in one call."
    size = sum(film.stat().st_size for film in films if film is not None)
    if size * 4 / 3 > WARN_BYTES:
        yield f"The controls are {size / 1e6:.0f} MB; a request above 60 MB may be refused."
