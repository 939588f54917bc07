"""From an output that a provider offers to a whole file of ours in the project's ``incoming`` folder.

The name is always ours. What kind of file it is, its own bytes say; the provider's word only chooses
between the suffixes that one format may have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.jobs.model import Job
from clappper.media.sniff import sniff
from clappper.providers.contract import GenRequest, Kind, Output
from clappper.store.files import demand_room, move_into_place
from clappper.store.project import ProjectFolder

SUFFIXES: dict[str, tuple[str, ...]] = {
    "MP4": (".mp4", ".mov", ".m4a"),
    "Matroska": (".webm", ".mkv"),
    "WAV": (".wav",),
    "MP3": (".mp3",),
    "FLAC": (".flac",),
    "Ogg": (".ogg",),
    "AAC": (".aac",),
    "AIFF": (".aiff",),
    "CAF": (".caf",),
    "AVI": (".avi",),
    "FLV": (".flv",),
    "WMV": (".wmv",),
    "MXF": (".mxf",),
    "MPEG": (".mpg",),
    "MPEG-TS": (".ts",),
    "GIF": (".gif",),
    "PNG": (".png",),
    "JPEG": (".jpg",),
    "WebP": (".webp",),
    "AVIF": (".avif",),
    "TIFF": (".tif",),
    "BMP": (".bmp",),
    "SVG": (".svg",),
}
"""The suffixes of each format that ``media.sniff`` knows, the usual one first."""
MIMES = {"video/quicktime": ".mov", "audio/mp4": ".m4a", "video/x-matroska": ".mkv"}
SOUND_BYTES_PER_SECOND = 200_000
VIDEO_BYTES_PER_SECOND = 3_000_000
STILL_BYTES = 20_000_000
ROOM_FACTOR = 3
"""A file needs room for itself, for its copies and for what else goes on meanwhile."""


def is_media(output: Output) -> bool:
    """Whether an output claims to be media, or does not say what it is."""
    mime = _mime(output)
    return mime in {"", "application/octet-stream"} or mime.partition("/")[0] in {"video", "audio", "image"}


def demand_room_for(request: GenRequest, project: ProjectFolder) -> None:
    """Check that the disk has room for what a request will bring, before anything is paid for it.

    Raises:
        StorageError: it has not.
    """
    match request.kind:
        case Kind.SPEECH | Kind.MUSIC:
            size = request.seconds * SOUND_BYTES_PER_SECOND
        case Kind.TEXT_TO_IMAGE:
            size = STILL_BYTES
        case _:
            size = request.seconds * VIDEO_BYTES_PER_SECOND
    demand_room(project.path, round(size * ROOM_FACTOR))


async def receive(
    project: ProjectFolder, job: Job, output: Output, fetch: Callable[[Path], Awaitable[None]]
) -> Path:
    """Fetch an output into ``incoming`` and give the whole file, which survives a power cut.

    Raises:
        UnusableInputError: it is no media.
        ProviderError: it could not be fetched.
        StorageError: the disk does not take it.
    """
    part = project.incoming / f".{job.id}.part"
    try:
        for old in (part, *project.incoming.glob(f"{job.id}.*")):
            await asyncio.to_thread(old.unlink, missing_ok=True)
        await fetch(part)
        suffix = await asyncio.to_thread(_suffix, part, output)
        whole = project.incoming / f"{job.id}{suffix}"
        await asyncio.to_thread(move_into_place, part, whole)
    finally:
        part.unlink(missing_ok=True)
    return whole


def received(project: ProjectFolder, job: Job) -> Path | None:
    """Find the whole file of a job that was fetched, before or after it moved to its home."""
    folders = (project.incoming, project.generated / job.request.provider)
    suffixes = sorted({suffix for known in SUFFIXES.values() for suffix in known})
    found = (folder / f"{job.id}{suffix}" for folder in folders for suffix in suffixes)
    return next((path for path in found if path.is_file()), None)


def _suffix(path: Path, output: Output) -> str:
    """Name a file by its content.

    Raises:
        UnusableInputError: it is no media.
    """
    try:
        known = SUFFIXES[sniff(path).name]
    except UnusableInputError as error:
        raise UnusableInputError(error.message.replace(path.name, "it"), error.hint) from error
    claimed = MIMES.get(_mime(output), "")
    return claimed if claimed in known else known[0]


def _mime(output: Output) -> str:
    return output.mime.partition(";")[0].strip().lower()
