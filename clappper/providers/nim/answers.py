"""Answers that hold a whole film as text: written to disk as they come, and unpacked piece by piece."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from clappper.providers.contract import FaultKind, ProviderError, ProviderFault

CHUNK_BYTES = 1 << 20
LARGEST_BYTES = 1 << 30
FIELDS = {b'"b64_video"': ".mp4", b'"b64_image"': ".jpg"}
"""Fields that may hold the result, and what kind of file it is."""
HEAD_BYTES = 1 << 16
"""A result's field begins so early at the latest."""


async def keep(pieces: AsyncIterator[bytes], path: Path) -> None:
    """Write an answer to a file.

    Raises:
        ProviderError: it has no end.
    """
    size = 0
    with path.open("wb") as file:
        async for piece in pieces:
            size += len(piece)
            if size > LARGEST_BYTES:
                raise ProviderError(ProviderFault(FaultKind.MODEL, "The answer has no end."))
            await asyncio.to_thread(file.write, piece)


def unpack(answer: Path, stem: Path) -> Path:
    """Take the film or picture out of an answer; gives the file, ``stem`` with the suffix that fits.

    Raises:
        ProviderError: MODEL, there is none, or it is damaged.
    """
    with answer.open("rb") as source:
        head = source.read(HEAD_BYTES)
        for field, suffix in FIELDS.items():
            begin = head.find(field)
            opening = head.find(b'"', head.find(b":", begin + len(field))) if begin >= 0 else -1
            if opening >= 0:
                source.seek(opening + 1)
                target = stem.with_name(stem.name + suffix)
                with target.open("wb") as sink:
                    _decode(source, sink)
                return target
    raise ProviderError(ProviderFault(FaultKind.MODEL, "The answer holds neither film nor picture."))


def _decode(source: BinaryIO, sink: BinaryIO) -> None:
    """Turn base64 text into bytes, up to the quote that ends it."""
    rest = b""
    while chunk := source.read(CHUNK_BYTES):
        text, quote, _ = chunk.partition(b'"')
        rest += text.replace(b"\\", b"").replace(b"\n", b"")
        whole = len(rest) if quote else len(rest) // 4 * 4
        try:
            sink.write(base64.b64decode(rest[:whole], validate=True))
        except binascii.Error as error:
            raise ProviderError(
                ProviderFault(FaultKind.MODEL, "The film in the answer is damaged.")
            ) from error
        rest = rest[whole:]
        if quote:
            return
    raise ProviderError(ProviderFault(FaultKind.TRANSIENT_MODEL, "The answer broke off."))
