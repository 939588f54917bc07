"""Decoded pictures of any kind become the house's one picture format at the canvas's size.

Cropping, scaling, colour matrix, range and tone mapping happen in one pass of libswscale. A picture that
already is what the canvas wants goes through untouched, as a view of the decoder's own memory.
"""

from __future__ import annotations

import struct
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, cast

import cv2
import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import SideDataContainer
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from clappper.media.picture import Plane, Yuv

FULL_RANGE = 2
HDR_TRANSFERS = frozenset({16, 18})
"""PQ and HLG (ITU-T H.273, table 3)."""

WIDE_PRIMARIES = frozenset({9, 11, 12})
"""BT.2020 and P3 (ITU-T H.273, table 2)."""

MATRICES = {1: "bt709", 4: "fcc", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
"""Matrix coefficients of ITU-T H.273, table 4, by libswscale's names."""

BACKDROP_SHRINK = 16
BACKDROP_DIM = 0.7


class Fit(StrEnum):
    """How a picture of another shape meets the canvas: cut off, black bars, or its own blur behind it."""

    FILL = "fill"
    BARS = "bars"
    BLUR = "blur"


class Turn(NamedTuple):
    """How the stored picture is turned for display: quarter turns clockwise, after a mirroring."""

    quarters: int = 0
    mirrored: bool = False

    @property
    def sideways(self) -> bool:
        return self.quarters % 2 == 1

    def stored(self, x: float, y: float) -> tuple[float, float]:
        """Map a displayed point to the stored one; both as fractions of their picture."""
        for _ in range(self.quarters):
            x, y = y, 1.0 - x
        return (1.0 - x, y) if self.mirrored else (x, y)

    def filters(self) -> list[tuple[str, str]]:
        """List the filters that turn a stored picture; half a turn avoids ``vflip``'s upside-down memory."""
        turning = ((), ("clock",), ("clock", "clock"), ("cclock",))[self.quarters]
        return [*([("hflip", "")] if self.mirrored else []), *(("transpose", way) for way in turning)]


class Window(NamedTuple):
    """A part of a picture, as fractions of its size."""

    left: float
    top: float
    right: float
    bottom: float


class Conformer:
    """Conforms pictures of one shape to ``size`` (width, height; both even)."""

    def __init__(
        self,
        picture: VideoFrame,
        size: tuple[int, int],
        *,
        pixel_aspect: Fraction = Fraction(1),
        focus: tuple[float, float] = (0.5, 0.5),
        fit: Fit = Fit.FILL,
    ) -> None:
        self._shape = _shape(picture)
        self._size = size
        self._fit = fit
        turn = turn_of(picture)
        shown = _displayed(picture, pixel_aspect, turn)
        self._inner = size if fit is Fit.FILL else fit_inside(shown, size)
        plain = turn == Turn() and pixel_aspect == 1 and _is_house_format(picture)
        untouched = plain and (picture.width, picture.height) == self._inner
        self._graph = None if untouched else _scaler(picture, turn, shown, self._inner, focus)
        small = (max(2, size[0] // BACKDROP_SHRINK // 2 * 2), max(2, size[1] // BACKDROP_SHRINK // 2 * 2))
        self._backdrop = _scaler(picture, turn, shown, small, focus) if fit is Fit.BLUR else None

    def suits(self, picture: VideoFrame) -> bool:
        return _shape(picture) == self._shape

    def convert(self, picture: VideoFrame) -> Yuv:
        inner = planes_of(picture) if self._graph is None else _filtered(self._graph, picture)
        if self._inner == self._size:
            return inner
        if self._backdrop is None:
            framed = Yuv.blank(*self._size)
        else:
            framed = _blurred(_filtered(self._backdrop, picture), self._size)
        _paste(framed, inner)
        return framed


def yuv_of(rgb: NDArray[np.uint8]) -> Yuv:
    """Convert a picture of shape (height, width, 3), both even; the result owns its planes."""
    picture = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
    return Conformer(picture, (picture.width, picture.height)).convert(picture).copy()


def planes_of(picture: VideoFrame) -> Yuv:
    """View the planes of a yuv420p picture of even size without copying; the views keep it alive.

    Whoever made the picture may write into them; what a decoder gives belongs to the decoder.
    """
    width, height = picture.width, picture.height
    y, u, v = picture.planes
    half = (height // 2, width // 2)
    return Yuv(_view(y, (height, width)), _view(u, half), _view(v, half))


def turn_of(picture: VideoFrame) -> Turn:
    """Read the display matrix: 3x3 of fixed point, of which a, b, c, d turn and mirror.

    It maps stored (x, y) to (a x + c y, b x + d y), y downwards (ISO/IEC 14496-12, 8.3.2).
    """
    data = cast("SideDataContainer", picture.side_data)
    if SideDataType.DISPLAYMATRIX not in data:
        return Turn()
    a, b, _, c, d = struct.unpack_from("=5i", bytes(data[SideDataType.DISPLAYMATRIX]))
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    quarters = (0 if a >= 0 else 2) if abs(a) >= abs(b) else (1 if b > 0 else 3)
    return Turn(quarters, mirrored)


def fit_inside(shown: tuple[Fraction, Fraction], size: tuple[int, int]) -> tuple[int, int]:
    """Give the largest even size of ``shown``'s shape inside ``size``."""
    ratio = min(size[0] / shown[0], size[1] / shown[1])
    width, height = (max(2, round(side * ratio / 2) * 2) for side in shown)
    return min(width, size[0]), min(height, size[1])


def window_of(shown: tuple[Fraction, Fraction], size: tuple[int, int], focus: tuple[float, float]) -> Window:
    """Give the largest part of a picture with ``size``'s shape, as near as can be centred on ``focus``."""
    relative = float(Fraction(*size) / (shown[0] / shown[1]))
    width, height = min(1.0, relative), min(1.0, 1 / relative)
    left = min(max(focus[0] - width / 2, 0.0), 1.0 - width)
    top = min(max(focus[1] - height / 2, 0.0), 1.0 - height)
    return Window(left, top, left + width, top + height)


def _displayed(picture: VideoFrame, pixel_aspect: Fraction, turn: Turn) -> tuple[Fraction, Fraction]:
    width, height = picture.width * pixel_aspect, Fraction(picture.height)
    return (height, width) if turn.sideways else (width, height)


def _shape(picture: VideoFrame) -> tuple[object, ...]:
    return (
        picture.width,
        picture.height,
        picture.format.name,
        picture.colorspace,
        picture.color_range,
        picture.color_trc,
        picture.interlaced_frame,
    )


def _is_house_format(picture: VideoFrame) -> bool:
    return (
        picture.format.name == "yuv420p"
        and _matrix(picture) == "bt709"
        and picture.color_range != FULL_RANGE
        and picture.color_trc not in HDR_TRANSFERS
        and not picture.interlaced_frame
    )


def _matrix(picture: VideoFrame) -> str:
    """Name the colour matrix; untagged pictures follow the habit of players: HD is BT.709, SD BT.601."""
    known = MATRICES.get(picture.colorspace)
    if known is not None:
        return known
    return "bt709" if picture.width >= 1280 or picture.height > 576 else "bt601"


def _is_full_range(picture: VideoFrame) -> bool:
    return (
        picture.color_range == FULL_RANGE or picture.format.name.startswith("yuvj") or picture.format.is_rgb
    )


def _scaler(
    picture: VideoFrame,
    turn: Turn,
    shown: tuple[Fraction, Fraction],
    size: tuple[int, int],
    focus: tuple[float, float],
) -> Graph:
    """Build the graph that crops to ``size``'s shape, scales, converts and turns, in this order.

    Of an interlaced picture one field is used: no memory of other pictures, so any jump stays exact.
    """
    height = picture.height // 2 if picture.interlaced_frame else picture.height
    window = _stored_window(window_of(shown, size, focus), turn)
    chain = [
        *([("field", "top")] if picture.interlaced_frame else []),
        ("crop", _crop_arguments(window, picture.width, height)),
        ("scale", _scale_arguments(picture, size[::-1] if turn.sideways else size)),
        ("format", "yuv420p"),
        *turn.filters(),
    ]
    return _linked(picture, chain)


def _stored_window(window: Window, turn: Turn) -> Window:
    one, other = turn.stored(window.left, window.top), turn.stored(window.right, window.bottom)
    return Window(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))


def _crop_arguments(window: Window, width: int, height: int) -> str:
    left, right = round(window.left * width), round(window.right * width)
    top, bottom = round(window.top * height), round(window.bottom * height)
    return f"{max(1, right - left)}:{max(1, bottom - top)}:{left}:{top}:exact=0"


def _scale_arguments(picture: VideoFrame, size: tuple[int, int]) -> str:
    arguments = f"w={size[0]}:h={size[1]}:flags=bicubic:out_color_matrix=bt709:out_range=tv"
    if not picture.format.is_rgb:
        arguments += (
            f":in_color_matrix={_matrix(picture)}:in_range={'pc' if _is_full_range(picture) else 'tv'}"
        )
    if picture.color_trc in HDR_TRANSFERS or picture.color_primaries in WIDE_PRIMARIES:
        arguments += ":out_primaries=bt709:out_transfer=bt709:intent=perceptual"
    return arguments


def _linked(picture: VideoFrame, chain: list[tuple[str, str]]) -> Graph:
    graph = Graph()
    source = f"video_size={picture.width}x{picture.height}:pix_fmt={picture.format.name}:time_base=1/1000"
    if not picture.format.is_rgb:
        source += f":colorspace={picture.colorspace}:range={2 if _is_full_range(picture) else 1}"
    nodes = [graph.add("buffer", source), *(graph.add(*step) for step in chain), graph.add("buffersink")]
    graph.link_nodes(*nodes).configure()
    return graph


def _filtered(graph: Graph, picture: VideoFrame) -> Yuv:
    graph.push(picture)
    result = graph.pull()
    assert isinstance(result, VideoFrame)
    return planes_of(result)


def _view(plane: VideoPlane, shape: tuple[int, int]) -> Plane:
    rows: Plane = np.frombuffer(cast("bytes", plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: shape[0], : shape[1]]


def _blurred(small: Yuv, size: tuple[int, int]) -> Yuv:
    """Blow a small picture up into a soft, dimmed backdrop."""
    result = Yuv.empty(*size)
    for source, target, neutral in zip(small.planes, result.planes, (16, 128, 128), strict=True):
        soft = cv2.GaussianBlur(source, (0, 0), 2.0)
        soft = cv2.convertScaleAbs(soft, alpha=BACKDROP_DIM, beta=neutral * (1 - BACKDROP_DIM))
        cv2.resize(soft, target.shape[::-1], dst=target, interpolation=cv2.INTER_CUBIC)
    return result


def _paste(framed: Yuv, inner: Yuv) -> None:
    x, y = (framed.width - inner.width) // 4 * 2, (framed.height - inner.height) // 4 * 2
    framed.part(x, y, inner.width, inner.height).fill(inner)
