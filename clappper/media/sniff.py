"""What a file is, told by its first bytes and never by its name.

FFmpeg guesses formats itself, but its guesses include playlists, which open further files. Here the
bytes choose one demuxer, and everything that could point somewhere else is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clappper.base.errors import UnusableInputError

HEAD_BYTES = 4096
USABLE = "Use an MP4, MOV or WebM clip, a PNG, JPEG, WebP or SVG picture, or a WAV, FLAC, OGG or MP3 sound."


class Family(StrEnum):
    """Who reads the file: FFmpeg, Pillow or resvg."""

    STREAM = "stream"
    PICTURE = "picture"
    DRAWING = "drawing"


@dataclass(frozen=True, slots=True)
class Format:
    """``demuxer`` is FFmpeg's name of the one demuxer that may open a stream, empty for the others."""

    name: str
    family: Family
    demuxer: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    """``magic`` stands at ``offset``."""

    offset: int
    magic: bytes
    format: Format


def _stream(name: str, demuxer: str) -> Format:
    return Format(name, Family.STREAM, demuxer)


def _picture(name: str) -> Format:
    return Format(name, Family.PICTURE)


SVG = Format("SVG", Family.DRAWING)
_MOV = _stream("MP4", "mov")

_MARKS = (
    _Mark(4, b"ftypavif", _picture("AVIF")),
    _Mark(4, b"ftypavis", _picture("AVIF")),
    *(_Mark(4, atom, _MOV) for atom in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")),
    _Mark(0, b"\x1a\x45\xdf\xa3", _stream("Matroska", "matroska")),
    _Mark(8, b"AVI ", _stream("AVI", "avi")),
    _Mark(8, b"WAVE", _stream("WAV", "wav")),
    _Mark(8, b"WEBP", _picture("WebP")),
    _Mark(0, b"OggS", _stream("Ogg", "ogg")),
    _Mark(0, b"fLaC", _stream("FLAC", "flac")),
    _Mark(0, b"ID3", _stream("MP3", "mp3")),
    _Mark(8, b"AIFF", _stream("AIFF", "aiff")),
    _Mark(8, b"AIFC", _stream("AIFF", "aiff")),
    _Mark(0, b"GIF8", _stream("GIF", "gif")),
    _Mark(0, b"\x89PNG\r\n\x1a\n", _picture("PNG")),
    _Mark(0, b"\xff\xd8\xff", _picture("JPEG")),
    _Mark(0, b"II*\0", _picture("TIFF")),
    _Mark(0, b"MM\0*", _picture("TIFF")),
    _Mark(0, b"FLV\x01", _stream("FLV", "flv")),
    _Mark(0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _stream("WMV", "asf")),
    _Mark(0, b"\x00\x00\x01\xba", _stream("MPEG", "mpeg")),
    _Mark(0, b"\x06\x0e\x2b\x34", _stream("MXF", "mxf")),
    _Mark(0, b"caff", _stream("CAF", "caf")),
    _Mark(0, b"BM", _picture("BMP")),
)

_NOT_MEDIA = (
    (b"%PDF", "is a PDF"),
    (b"PK\x03\x04", "is a ZIP archive or office document"),
    (b"\x1f\x8b", "is a compressed file"),
    (b"GkXfo", "holds base64 text instead of a clip"),
)
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"v=0", b"[playlist]", b"[Reference]", b"<MPD", b"<ASX", b"<smil")
_HEIC = (b"heic", b"heix", b"mif1", b"msf1", b"hevc")


def sniff(path: Path) -> Format:
    """Tell what ``path`` holds.

    Raises:
        UnusableInputError: there is no such file, it cannot be read, it is empty, or it is no media.
    """
    head = read_head(path)
    if not head:
        raise UnusableInputError(f"{path.name} is empty.", "Export or download it again.")
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise UnusableInputError(
            f"{path.name} is a HEIC picture, which cannot be read.", "Save it as JPEG or PNG."
        )
    for mark in _MARKS:
        if head.startswith(mark.magic, mark.offset):
            return mark.format
    return _unmarked(path, head)


def read_head(path: Path) -> bytes:
    """Read the first ``HEAD_BYTES`` of a file, or say in one sentence why not."""
    if path.is_dir():
        raise UnusableInputError(f"{path.name} is a folder, not a file.", "Name the file inside it.")
    try:
        if path.exists() and not path.is_file():
            raise UnusableInputError(f"{path.name} is a device or a pipe, not a file.", USABLE)
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except FileNotFoundError as error:
        raise UnusableInputError(f"There is no file {path}.", "Check the name and the folder.") from error
    except PermissionError as error:
        raise UnusableInputError(f"{path.name} may not be read.", "Check the file's permissions.") from error
    except ValueError as error:
        raise UnusableInputError(f"{str(path)!r} is no valid file name.", "Rename the file.") from error
    except OSError as error:
        raise UnusableInputError(f"{path.name} cannot be read: {error.strerror}.") from error


def _unmarked(path: Path, head: bytes) -> Format:
    """Recognise what carries no plain mark: MPEG streams, drawings, and what is refused."""
    if stream := _mpeg(head):
        return stream
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    start = text[:1024].lower()
    if b"<svg" in text and start.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")):
        return SVG
    raise UnusableInputError(f"{path.name} {_what_else(text, start)}.", USABLE)


def _mpeg(head: bytes) -> Format | None:
    if head[0] == 0x47 and head[188:189] in {b"\x47", b""}:
        return _stream("MPEG-TS", "mpegts")
    if head[4:5] == b"\x47" and head[196:197] == b"\x47":
        return _stream("MPEG-TS", "mpegts")
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return _stream("AAC", "aac") if head[1] & 0x06 == 0 else _stream("MP3", "mp3")
    return None


def _what_else(text: bytes, start: bytes) -> str:
    if any(start.startswith(mark.lower()) for mark in _PLAYLISTS) or b"<mpd" in start:
        return "is a playlist, which only points to other files"
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return "is a web page, not media"
    for mark, sentence in _NOT_MEDIA:
        if text.startswith(mark):
            return sentence
    if not any(byte < 9 for byte in text):
        return "is text, not media"
    return "is neither a picture, a clip nor a sound that can be read"
