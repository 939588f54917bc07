"""Every clip and every sound is opened here: told by its content, with one demuxer, and with no way out.

Left to itself FFmpeg takes a name like ``concat:a`` for a protocol and a playlist for media, and opens
what they point to. Here a name is only a name, and only the file itself is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import av
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from clappper.base.errors import UnusableInputError
from clappper.media.sniff import USABLE, Family, sniff

AGAIN = "Export or download it again."
_ONLY_THE_FILE = {"protocol_whitelist": "file"}
_STRAY_BYTES: dict[str, Any] = (
    {} if int(av.__version__.partition(".")[0]) >= 19 else {"metadata_errors": "surrogateescape"}
)
"""Texts that are no UTF-8 open all the same: PyAV sees to it from 19 on, and before 19 when asked."""


def open_media(path: Path) -> InputContainer:
    """Open a clip or a sound; titles and comments that are no UTF-8 do no harm.

    Raises:
        UnusableInputError: there is no such file, or it is no clip or sound, damaged, cut off or encrypted.
    """
    found = sniff(path)
    if found.family is not Family.STREAM:
        raise UnusableInputError(f"{path.name} is a picture ({found.name}), not a clip or a sound.", USABLE)
    with _translated(path):
        container: InputContainer = av.open(
            f"file:{path.absolute()}", "r", found.demuxer, _ONLY_THE_FILE, **_STRAY_BYTES
        )
        return container


@contextmanager
def reading(path: Path) -> Iterator[InputContainer]:
    """Open as ``open_media`` does; FFmpeg's errors inside the ``with`` body become one sentence too."""
    with open_media(path) as container, _translated(path):
        yield container


def picture_tracks(container: InputContainer) -> list[VideoStream]:
    """List the tracks with moving pictures by their headers: with a decoder, and no cover art."""
    tracks = [stream for stream in container.streams.video if _has_decoder(stream)]
    return [stream for stream in tracks if not stream.disposition & Disposition.attached_pic]


def sound_tracks(container: InputContainer) -> list[AudioStream]:
    """List the sounds that have a decoder."""
    return [stream for stream in container.streams.audio if _has_decoder(stream)]


def undecodable(path: Path) -> UnusableInputError:
    """Explain a file that opens, but of which nothing can be decoded."""
    if _is_encrypted(path):
        return _encrypted(path)
    return UnusableInputError(f"{path.name} is damaged: nothing in it can be decoded.", AGAIN)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        raise _unreadable(path) from error


def _has_decoder(stream: VideoStream | AudioStream) -> bool:
    """Whether FFmpeg knows the codec; PyAV's stubs hide that a stream may lack its context."""
    return cast("CodecContext | None", stream.codec_context) is not None


def _unreadable(path: Path) -> UnusableInputError:
    if _is_encrypted(path):
        return _encrypted(path)
    name = sniff(path).name
    return UnusableInputError(f"{path.name} is damaged or cut off: it cannot be read as {name}.", AGAIN)


def _encrypted(path: Path) -> UnusableInputError:
    return UnusableInputError(f"{path.name} is encrypted (DRM).", "Ask for a copy without protection.")


def _is_encrypted(path: Path) -> bool:
    """Look for the MP4 sample entries of protected tracks (ISO/IEC 23001-7) at either end of the file."""
    if sniff(path).demuxer != "mov":
        return False
    window = 1 << 20
    with path.open("rb") as file:
        text = file.read(window)
        file.seek(max(window, path.stat().st_size - window))
        text += file.read(window)
    return b"sinf" in text and (b"encv" in text or b"enca" in text)
