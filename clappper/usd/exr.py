"""Float pictures as OpenEXR 2 scan lines, plain or zipped: what workers write and controls read.

The whole format would need a library; depth and normals need a page of it. Same values, same bytes.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.store.files import write_atomically

MAGIC = 20000630
_ZIP, _BLOCK = 3, 16
_LINES = {0: 1, 2: 1, 3: 16}
"""Scan lines of a block by compression: none, zips, zip."""


def read_channel(path: Path, wanted: str = "Z") -> NDArray[np.float32]:
    """Read channel ``wanted``, else the first one, as (height, width).

    Raises:
        UnusableInputError: the file is damaged, or of a kind that is not read.
    """
    data = path.read_bytes()
    try:
        return _read(data, wanted)
    except (struct.error, ValueError, KeyError, IndexError, zlib.error) as error:
        raise UnusableInputError(
            f"{path.name} cannot be read as depth: {error}.", "Render it again."
        ) from error


def _read(data: bytes, wanted: str) -> NDArray[np.float32]:
    if struct.unpack_from("<I", data)[0] != MAGIC:
        raise ValueError("it is no OpenEXR file")
    head, at = _header(data)
    left, top, right, bottom = struct.unpack("<4i", head["dataWindow"])
    width, height = right - left + 1, bottom - top + 1
    channels = _channels(head["channels"])
    compression = head["compression"][0]
    lines = _LINES[compression]
    sizes = [(name, 2 if kind == 1 else 4, kind) for name, kind in channels]
    row_bytes = width * sum(size for _, size, _ in sizes)
    picture = np.empty((height, width), np.float32)
    blocks = -(-height // lines)
    for offset in struct.unpack_from(f"<{blocks}Q", data, at):
        first, length = struct.unpack_from("<iI", data, offset)
        block = data[offset + 8 : offset + 8 + length]
        count = min(lines, bottom + 1 - first)
        if compression and length < count * row_bytes:
            block = _unzipped(block)
        for row in range(count):
            line = block[row * row_bytes : (row + 1) * row_bytes]
            picture[first - top + row] = _channel(line, sizes, width, wanted)
    return picture


def _header(data: bytes) -> tuple[dict[str, bytes], int]:
    found: dict[str, bytes] = {}
    at = 8
    while data[at]:
        name, at = _text(data, at)
        _, at = _text(data, at)
        (size,) = struct.unpack_from("<I", data, at)
        found[name] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return found, at + 1


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(b"\0", at)
    return data[at:end].decode("ascii", "replace"), end + 1


def _channels(body: bytes) -> list[tuple[str, int]]:
    found = []
    at = 0
    while body[at]:
        name, at = _text(body, at)
        found.append((name, struct.unpack_from("<I", body, at)[0]))
        at += 16
    return found


def _unzipped(block: bytes) -> bytes:
    """Undo zip's two steps: differences between bytes, and halves that were pulled apart."""
    raw = np.frombuffer(zlib.decompress(block), np.uint8).astype(np.int64)
    raw[1:] -= 128
    summed = (np.cumsum(raw) % 256).astype(np.uint8)
    half = (len(summed) + 1) // 2
    mixed = np.empty_like(summed)
    mixed[::2], mixed[1::2] = summed[:half], summed[half:]
    return mixed.tobytes()


def _channel(line: bytes, sizes: list[tuple[str, int, int]], width: int, wanted: str) -> NDArray[np.float32]:
    chosen = wanted if any(name == wanted for name, _, _ in sizes) else sizes[0][0]
    at = 0
    for name, size, kind in sizes:
        if name == chosen:
            found = np.frombuffer(line, np.float16 if kind == 1 else np.float32, width, at)
            return found.astype(np.float32)
        at += width * size
    raise KeyError(wanted)


def write_channels(path: Path, channels: dict[str, NDArray[np.float32]], *, half: bool = False) -> None:
    """Write channels (height, width) under their names, zipped; 32 bits each, or 16 with ``half``.

    Raises:
        StorageError: the file cannot be written.
    """
    names = sorted(channels)
    kind = np.float16 if half else np.float32
    height, width = channels[names[0]].shape
    lines = np.stack([np.ascontiguousarray(channels[name], kind) for name in names], axis=1)
    blocks = []
    for first in range(0, height, _BLOCK):
        raw = lines[first : first + _BLOCK].tobytes()
        packed = _zipped(raw)
        body = packed if len(packed) < len(raw) else raw
        blocks.append(struct.pack("<iI", first, len(body)) + body)
    head = _head(names, width, height, 1 if half else 2)
    places = np.cumsum([len(head) + 8 * len(blocks), *(len(block) for block in blocks[:-1])])
    table = struct.pack(f"<{len(blocks)}Q", *(int(place) for place in places))
    write_atomically(path, b"".join((head, table, *blocks)))


def _head(names: list[str], width: int, height: int, kind: int) -> bytes:
    box = struct.pack("<4i", 0, 0, width - 1, height - 1)
    listed = b"".join(name.encode() + b"\0" + struct.pack("<IBxxxII", kind, 0, 1, 1) for name in names)
    attributes = (
        ("channels", "chlist", listed + b"\0"),
        ("compression", "compression", bytes([_ZIP])),
        ("dataWindow", "box2i", box),
        ("displayWindow", "box2i", box),
        ("lineOrder", "lineOrder", b"\0"),
        ("pixelAspectRatio", "float", struct.pack("<f", 1.0)),
        ("screenWindowCenter", "v2f", struct.pack("<2f", 0.0, 0.0)),
        ("screenWindowWidth", "float", struct.pack("<f", 1.0)),
    )
    body = b"".join(
        f"{name}\0{kind_name}\0".encode() + struct.pack("<I", len(value)) + value
        for name, kind_name, value in attributes
    )
    return struct.pack("<II", MAGIC, 2) + body + b"\0"


def _zipped(raw: bytes) -> bytes:
    """Pull halves apart, keep differences between bytes, deflate."""
    plain = np.frombuffer(raw, np.uint8)
    pulled = np.concatenate([plain[::2], plain[1::2]]).astype(np.int64)
    pulled[1:] = (pulled[1:] - pulled[:-1] + 128) % 256
    return zlib.compress(pulled.astype(np.uint8).tobytes(), 4)
