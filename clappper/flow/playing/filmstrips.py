"""What timeline and bin paint of a file: its thumbnail, its filmstrip and its sound's peaks.

They are read from the project's small companions, made in a worker where they are missing, and kept in
memory, so that whoever paints asks and never waits.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.jobs.ingest import make_companions
from clappper.jobs.workers import Workers
from clappper.media.companions import STRIP_FRAMES
from clappper.store.project import ProjectFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT_BYTES = 128_000_000


class Companion(StrEnum):
    """The small stand-ins of a file, by their names among an asset's ``derived``."""

    THUMBNAIL = "thumbnail"
    FILMSTRIP = "filmstrip"
    WAVEFORM = "waveform"


SUFFIXES = {Companion.THUMBNAIL: ".jpg", Companion.FILMSTRIP: ".strip.jpg", Companion.WAVEFORM: ".peaks.npy"}


@dataclass(frozen=True, slots=True)
class FilmstripReady:
    """A companion of the file at ``path`` (inside the project) can be painted, or can not be made."""

    path: str
    companion: Companion


class Filmstrips:
    """The companions of one project's files. Every question is answered at once; None means: not yet.

    What is not there is fetched or made in the background, then ``FilmstripReady`` is published.
    """

    def __init__(self, project: ProjectFolder, workers: Workers, hub: EventHub) -> None:
        self._project, self._workers, self._hub = project, workers, hub
        self._kept: OrderedDict[tuple[str, Companion], NDArray[Any]] = OrderedDict()
        self._bytes = 0
        self._problems: dict[tuple[str, Companion], tuple[object, str]] = {}
        self._tasks: dict[tuple[str, Companion], asyncio.Task[None]] = {}

    def thumbnail(self, path: str) -> NDArray[np.uint8] | None:
        """Give a picture of the file: uint8 RGB, shape (height, width, 3), at most 320 pixels long."""
        thumbnail: NDArray[np.uint8] | None = self._asked(path, Companion.THUMBNAIL)
        return thumbnail

    def tiles(self, path: str) -> NDArray[np.uint8] | None:
        """Give pictures of a clip, each of the middle of its part: uint8 RGB, (12, height, width, 3)."""
        tiles: NDArray[np.uint8] | None = self._asked(path, Companion.FILMSTRIP)
        return tiles

    def peaks(self, path: str) -> NDArray[np.int8] | None:
        """Give the lowest and the highest sample of each 10 ms: int8, shape (n, 2), 127 is full scale."""
        peaks: NDArray[np.int8] | None = self._asked(path, Companion.WAVEFORM)
        return peaks

    def problem(self, path: str, companion: Companion) -> str:
        """Say why a companion cannot be made; empty when it can, or when nobody knows yet."""
        state, problem = self._problems.get((path, companion), (None, ""))
        return problem if problem and state == _state(self._project.path / path) else ""

    async def aclose(self) -> None:
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _asked(self, path: str, companion: Companion) -> Any:
        key = (path, companion)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._tasks and not self.problem(path, companion):
            self._tasks[key] = asyncio.create_task(
                self._fetch(path, companion), name=f"{companion} of {path}"
            )
        return None

    async def _fetch(self, path: str, companion: Companion) -> None:
        key = (path, companion)
        state = _state(self._project.path / path)
        try:
            self._keep(key, await self._found(path, companion))
        except ClappperError as problem:
            self._problems[key] = (state, problem.message)
        finally:
            self._tasks.pop(key, None)
        self._hub.publish(FilmstripReady(path, companion))

    async def _found(self, path: str, companion: Companion) -> NDArray[Any]:
        source = self._project.locate(path)
        file = self._derived(path, companion)
        if not file.is_file():
            where = self._project.scratch if self._project.read_only else self._project.thumbs
            file = where / f"{_digest(path, source)}{SUFFIXES[companion]}"
        if not await asyncio.to_thread(file.is_file):
            if not source.is_file():
                raise ClappperError(f"{source.name} is missing.", "Find it with Relink.")
            await self._workers.run(make_companions, source, {companion.value: file})
        return await asyncio.to_thread(READERS[companion], file)

    def _derived(self, path: str, companion: Companion) -> Path:
        """Name the companion that the file got when it entered the project."""
        asset = self._project.assets.by_path(path)
        named = asset.derived.get(companion.value, "") if asset else ""
        return self._project.locate(named) if named else Path()

    def _keep(self, key: tuple[str, Companion], pixels: NDArray[Any]) -> None:
        self._kept[key] = pixels
        self._bytes += pixels.nbytes
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.nbytes


def _read_picture(file: Path) -> NDArray[np.uint8]:
    import numpy as np
    from PIL import Image

    with Image.open(file) as image:
        return np.array(image.convert("RGB"))


def _read_strip(file: Path) -> NDArray[np.uint8]:
    import numpy as np

    whole = _read_picture(file)
    tiles = whole.reshape(whole.shape[0], STRIP_FRAMES, -1, 3).transpose(1, 0, 2, 3)
    return np.ascontiguousarray(tiles)


def _read_peaks(file: Path) -> NDArray[np.int8]:
    import numpy as np

    peaks: NDArray[np.int8] = np.load(file, allow_pickle=False)
    return peaks


READERS: dict[Companion, Callable[[Path], NDArray[Any]]] = {
    Companion.THUMBNAIL: _read_picture,
    Companion.FILMSTRIP: _read_strip,
    Companion.WAVEFORM: _read_peaks,
}


def _state(file: Path) -> object:
    """Tell one state of a file from another; None where there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _digest(path: str, source: Path) -> str:
    """Name what is made of one state of a file that is no asset."""
    return hashlib.blake2b(f"{path} {_state(source)}".encode(), digest_size=10).hexdigest()
