"""Filmstrips and waveforms for the timeline, read once in the background; painting never waits for them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap

from clappper.store.assets import Asset
from clappper.store.project import ProjectFolder
from clappper.timeline.model import MediaKind, Take

TILES = 12
PEAKS_PER_SECOND = 100
Peaks = NDArray[np.int8]


@dataclass(slots=True)
class Strip:
    """What is known of one file by now: ``tiles`` pictures side by side, lowest and highest peaks.

    ``waves`` are what was drawn of the peaks lately.
    """

    pixmap: QPixmap | None = None
    tiles: int = TILES
    peaks: Peaks | None = None
    provider: str = ""
    missing: bool = False
    waves: OrderedDict[tuple[float, float, int, int, int], QImage] = field(default_factory=OrderedDict)


class Strips:
    """Gives the strip of a take, empty until it is read; calls ``on_ready`` when there is more to show."""

    def __init__(self, project: ProjectFolder, on_ready: Callable[[], None]) -> None:
        self._project = project
        self._on_ready = on_ready
        self._assets: dict[str, Asset] = {}
        self._known: dict[str, Strip] = {}
        self._reading: set[asyncio.Task[None]] = set()
        self.reload()

    def reload(self) -> None:
        """Look again which files there are; what is read already stays."""
        self._assets = {asset.path: asset for asset in self._project.assets.list()}
        self._known = {path: strip for path, strip in self._known.items() if not strip.missing}

    def asset(self, take: Take) -> Asset | None:
        return self._assets.get(take.path)

    def of(self, take: Take) -> Strip:
        strip = self._known.get(take.path)
        if strip is None:
            strip = self._known[take.path] = Strip()
            self._start(take, strip)
        return strip

    async def settled(self) -> None:
        """Wait until everything that was asked for is read."""
        while self._reading:
            await asyncio.gather(*self._reading)

    def close(self) -> None:
        for task in self._reading:
            task.cancel()

    def _start(self, take: Take, strip: Strip) -> None:
        asset = self.asset(take)
        task = asyncio.ensure_future(self._read(take, asset, strip))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _read(self, take: Take, asset: Asset | None, strip: Strip) -> None:
        derived = asset.derived if asset else {}
        pictures = derived.get("filmstrip") or (
            derived.get("thumbnail") if take.kind is MediaKind.STILL else ""
        )
        located = [
            self._project.locate(name) if name else None for name in (pictures, derived.get("waveform"))
        ]
        original = self._project.locate(take.path)
        there, image, peaks = await asyncio.to_thread(_load, original, *located)
        strip.missing = not there
        strip.peaks = peaks
        strip.tiles = TILES if derived.get("filmstrip") else 1
        strip.provider = provider_of(take)
        if image is not None:
            strip.pixmap = QPixmap.fromImage(image)
        self._on_ready()


def provider_of(take: Take) -> str:
    """Name who made a take, by the folder it was put in; empty for footage that was brought in."""
    parts = Path(take.path).parts
    return parts[1] if len(parts) > 2 and parts[0] == "generated" else ""


def _load(
    original: Path, pictures: Path | None, waveform: Path | None
) -> tuple[bool, QImage | None, Peaks | None]:
    """Read what can be read; a companion that is gone or damaged is only not shown."""
    image = QImage(str(pictures)) if pictures else None
    peaks: Peaks | None = None
    if waveform and waveform.is_file():
        try:
            loaded = np.load(waveform, allow_pickle=False)
            peaks = loaded if loaded.ndim == 2 and loaded.shape[1] == 2 and loaded.dtype == np.int8 else None
        except (OSError, ValueError):
            peaks = None
    return original.is_file(), None if image is None or image.isNull() else image, peaks
