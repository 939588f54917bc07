"""From the house's picture format to what a screen shows."""

from __future__ import annotations

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from numpy.typing import NDArray

from clappper.media.conform import planes_of
from clappper.media.picture import Yuv

BYTES_PER_PIXEL = 4
WHOLE_COLUMNS = 16
"""libswscale leaves the last columns of other widths as they were in memory."""


class Screen:
    """Converts BT.709 pictures to BGRA, four bytes a pixel, opaque. One thread, one ``Screen``.

    libswscale's own threads are left alone: on a busy machine each picture waits for the last of them.
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def show(self, picture: Yuv, out: NDArray[np.uint8]) -> None:
        """Write ``picture`` into ``out``, shape (height, width, 4)."""
        wide = -(-picture.width // WHOLE_COLUMNS) * WHOLE_COLUMNS
        frame = VideoFrame(wide, picture.height, "yuv420p")
        planes_of(frame).part(0, 0, picture.width, picture.height).fill(picture)
        shown = self._reformatter.reformat(
            frame,
            format="bgra",
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            threads=1,
        )
        plane = shown.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)  # type: ignore[call-overload]
        out[...] = rows[: picture.height, : picture.width * BYTES_PER_PIXEL].reshape(out.shape)

    def rgb(self, picture: Yuv) -> NDArray[np.uint8]:
        """Give ``picture`` as shape (height, width, 3), red first."""
        bgra = np.empty((picture.height, picture.width, BYTES_PER_PIXEL), np.uint8)
        self.show(picture, bgra)
        return np.ascontiguousarray(bgra[..., 2::-1])
