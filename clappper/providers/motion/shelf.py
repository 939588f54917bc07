"""Cut-outs kept between clips: every scene of an ad shows the same product.

A kept cut-out is a PNG, named by the picture's content and the method's version. Two processes may cut
the same picture at once; each puts its file in place whole, and both files are the same.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np

from clappper.providers.motion.arrays import Bytes
from clappper.providers.motion.cutout import VERSION, Cutout, cut_out
from clappper.store.files import write_atomically

FAST_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 1]
NOTHING = np.zeros((1, 1, 4), np.uint8)


class Shelf:
    """A folder of cut-outs; without a folder every picture is cut afresh."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def cutout(self, picture: Bytes) -> Cutout | None:
        """Give the product on a picture (h, w, 4), or None where it has no plain background."""
        if self._folder is None:
            return cut_out(picture)
        path = self._folder / f"{_name(picture)}-{VERSION}.png"
        kept = _read(path)
        if kept is not None:
            return Cutout.of(kept) if kept.size > NOTHING.size else None
        found = cut_out(picture)
        _write(path, NOTHING if found is None else found.rgba)
        return found


def _name(picture: Bytes) -> str:
    digest = hashlib.sha256(str(picture.shape).encode())
    digest.update(np.ascontiguousarray(picture).data)
    return digest.hexdigest()[:24]


def _read(path: Path) -> Bytes | None:
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except FileNotFoundError:
        return None
    image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
    return None if image is None or image.ndim != 3 or image.shape[2] != 4 else image


def _write(path: Path, rgba: Bytes) -> None:
    _, data = cv2.imencode(".png", rgba, FAST_PNG)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, data.tobytes())
