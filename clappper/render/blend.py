"""Pictures with transparency laid over a painted frame, only inside their rectangle.

Blending is done on planar YUV. What a layer needs for that is worked out once and found again by the
layer's own pixel array, which stays the same object as long as the layer only moves or fades.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.colour import RGB_TO_CODES
from clappper.media.picture import Plane, Yuv

MAX_CACHED_BYTES = 96_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """A layer ready for blending: premultiplied planes and what they let through, at full opacity.

    ``owner`` is the array it was made from; holding it keeps its identity from being given to another.
    """

    owner: NDArray[np.uint8]
    ink: Yuv
    clear: Yuv

    @property
    def size_bytes(self) -> int:
        return self.owner.nbytes + 3 * self.ink.y.nbytes


class Films:
    """Remembers the films of recently used pixel arrays, the oldest going first."""

    def __init__(self) -> None:
        self._films: OrderedDict[tuple[int, int, int], Film] = OrderedDict()
        self._bytes = 0

    def film(self, rgba: NDArray[np.uint8], x: int, y: int) -> Film:
        """Give the film of ``rgba`` for a place whose parity is that of ``x`` and ``y``."""
        key = (id(rgba), x % 2, y % 2)
        found = self._films.get(key)
        if found is None:
            found = self._films[key] = develop(rgba, left=x % 2, top=y % 2)
            self._bytes += found.size_bytes
        self._films.move_to_end(key)
        while self._bytes > MAX_CACHED_BYTES and len(self._films) > 1:
            self._bytes -= self._films.popitem(last=False)[1].size_bytes
        return found

    def lay(self, target: Yuv, rgba: NDArray[np.uint8], x: int, y: int, opacity: float) -> None:
        """Blend straight-alpha ``rgba`` over ``target`` with its top left corner at (x, y), also outside."""
        film = self.film(rgba, x, y)
        left, top = x - x % 2, y - y % 2
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + film.ink.width, target.width), min(top + film.ink.height, target.height)
        if opacity <= 0 or x1 <= x0 or y1 <= y0:
            return
        rectangle = (x0 - left, y0 - top, x1 - x0, y1 - y0)
        under = target.part(x0, y0, x1 - x0, y1 - y0)
        ink, clear = film.ink.part(*rectangle), film.clear.part(*rectangle)
        for plane, colour, let_through in zip(under.planes, ink.planes, clear.planes, strict=True):
            _over(plane, colour, let_through, min(opacity, 1.0))


def _over(plane: Plane, ink: Plane, clear: Plane, opacity: float) -> None:
    if opacity < 1:
        ink = cv2.convertScaleAbs(ink, alpha=opacity).astype(np.uint8, copy=False)
        clear = cv2.convertScaleAbs(clear, alpha=opacity, beta=255 * (1 - opacity)).astype(
            np.uint8, copy=False
        )
    kept = cv2.multiply(plane, clear, scale=1 / 255)
    cv2.add(kept, ink, dst=plane)


def develop(rgba: NDArray[np.uint8], *, left: int, top: int) -> Film:
    """Convert straight alpha to premultiplied planes on the 2x2 grid, padded by ``left`` and ``top``.

    Chroma is weighted by alpha, so that what is transparent does not bleed into an edge.
    """
    height, width = rgba.shape[:2]
    padding = (top, (top + height) % 2, left, (left + width) % 2)
    padded = cv2.copyMakeBorder(rgba, *padding, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    alpha = padded[..., 3].astype(np.float32) / 255
    codes = cv2.transform(padded[..., :3].astype(np.float32), RGB_TO_CODES)
    inks = [np.asarray(codes[..., channel] * alpha, np.float32) for channel in range(3)]
    half = (alpha.shape[1] // 2, alpha.shape[0] // 2)
    thin = [cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (inks[1], inks[2], alpha)]
    through, through_half = _rounded(255 - 255 * alpha), _rounded(255 - 255 * thin[2])
    ink = Yuv(_rounded(inks[0]), _rounded(thin[0]), _rounded(thin[1]))
    return Film(rgba, ink, Yuv(through, through_half, through_half))


def _rounded(plane: NDArray[np.integer | np.floating]) -> Plane:
    return np.asarray(np.rint(plane), np.uint8)
