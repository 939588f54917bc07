"""Small real files for simulators to deliver."""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Callable
from functools import cache
from typing import cast

MIMES = {"video": "video/mp4", "picture": "image/png", "sound": "audio/wav", "file": "application/x-tar"}
SUFFIXES = {"video": ".mp4", "picture": ".png", "sound": ".wav", "file": ".tar"}


def of_kind(kind: str) -> bytes:
    """Give a clip, a picture, a sound or just a file."""
    makers: dict[str, Callable[[], bytes]] = {"video": clip, "picture": picture, "sound": tone}
    return makers[kind]() if kind in makers else b"weights" * 100


@cache
def clip(codec: str = "libx264") -> bytes:
    """Encode half a second of moving grey, 64x36 at 24 frames a second."""
    import av
    import numpy as np

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = cast("av.VideoStream", container.add_stream(codec, rate=24))
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(12):
            picture = np.full((36, 64, 3), 10 * number, np.uint8)
            picture[number : number + 8, number : number + 8] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()


@cache
def picture() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (64, 36), (200, 150, 60)).save(buffer, "PNG")
    return buffer.getvalue()


@cache
def jpeg() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (64, 36), (20, 150, 160)).save(buffer, "JPEG")
    return buffer.getvalue()


@cache
def tone() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(struct.pack("<4800h", *((n * 37) % 2000 - 1000 for n in range(4800))))
    return buffer.getvalue()
