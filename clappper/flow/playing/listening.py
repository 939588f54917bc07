"""The programme's sound while editing: export's own mix, made in a worker and kept until an edit is heard."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.base.errors import ClappperError
from clappper.jobs.workers import Workers
from clappper.media.meters import Meters, measure_meters
from clappper.timeline.model import (
    Clip,
    Footage,
    Grade,
    Look,
    MediaKind,
    Motion,
    Timeline,
    Track,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT_MIXES = 4


@dataclass(frozen=True, slots=True)
class Programme:
    """What is heard: float32 (n, 2) at 48 kHz, as long as the timeline, and what the meters show of it.

    ``problems`` name what is missing.
    """

    samples: NDArray[np.float32]
    problems: tuple[str, ...]
    meters: Meters


class Listening:
    """Mixes the edits of one project. ``scratch`` holds the mixes; it is emptied when the project opens."""

    def __init__(self, root: Path, scratch: Path, workers: Workers) -> None:
        self._root, self._scratch, self._workers = root, scratch, workers
        self._kept: list[tuple[Timeline, Path, asyncio.Task[Programme]]] = []

    async def programme(self, timeline: Timeline) -> Programme:
        """Give the whole mix of an edit: limiter and loudness as in the exported file.

        What cannot be read is silent. Edits that are not heard, such as titles, cost nothing.

        Raises:
            ClappperError: the mix could not be made or written.
        """
        heard = audible(timeline)
        task = next((task for known, _, task in self._kept if known == heard), None)
        if task is None:
            self._drop_oldest()
            path = self._scratch / f"mix-{secrets.token_hex(6)}.npy"
            task = asyncio.create_task(self._mixed(heard, path), name="mix")
            self._kept.append((heard, path, task))
        try:
            return await asyncio.shield(task)
        except ClappperError:
            self._kept = [one for one in self._kept if one[2] is not task]
            raise

    def _drop_oldest(self) -> None:
        """Forget mixes that nobody has asked for lately; one that is still open elsewhere goes at the end."""
        while len(self._kept) >= KEPT_MIXES:
            _, path, task = self._kept.pop(0)
            task.cancel()
            with suppress(OSError):
                path.unlink(missing_ok=True)

    async def _mixed(self, heard: Timeline, path: Path) -> Programme:
        import numpy as np

        problems, meters = await self._workers.run(write_mix, heard, self._root, path)
        samples = np.load(path, mmap_mode="r", allow_pickle=False)
        return Programme(samples, problems, meters)

    async def aclose(self) -> None:
        for _, _, task in self._kept:
            task.cancel()
        await asyncio.gather(*(task for _, _, task in self._kept), return_exceptions=True)
        self._kept.clear()


def audible(timeline: Timeline) -> Timeline:
    """Leave nothing of a timeline but what can be heard: equal results sound the same."""
    tracks = tuple(
        Track(track.id, track.kind, "", tuple(_heard_clips(track)))
        for track in timeline.tracks
        if not track.muted
    )
    return replace(timeline, name="", tracks=tracks, look=Look(), markers=(), beats=())


def _heard_clips(track: Track) -> Iterator[Clip]:
    for clip in track.clips:
        if isinstance(clip.content, Footage) and _may_be_heard(clip.content):
            take = replace(clip.content.take, label="", badge="", focus=(0.5, 0.5))
            yield replace(
                clip,
                content=Footage((take,)),
                motion=Motion(),
                grade=Grade(),
                name="",
                badge="",
                scene_id="",
                group="",
                locked=False,
            )


def _may_be_heard(footage: Footage) -> bool:
    return footage.take.kind is MediaKind.AUDIO or (
        footage.take.kind is MediaKind.VIDEO and footage.take.has_audio
    )


def write_mix(timeline: Timeline, root: Path, path: Path) -> tuple[tuple[str, ...], Meters]:
    """Mix what can be read of ``timeline`` into a .npy file; say what cannot, and what the meters show."""
    import numpy as np

    from clappper.render.mix import mix_timeline

    readable, problems = _readable(timeline, root)
    samples = mix_timeline(readable, root)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, samples, allow_pickle=False)
    part.replace(path)
    return problems, measure_meters(samples, timeline.rate)


def _readable(timeline: Timeline, root: Path) -> tuple[Timeline, tuple[str, ...]]:
    from clappper.media.audio import read_audio

    files = {
        clip.content.take.path
        for track in timeline.tracks
        for clip in track.clips
        if isinstance(clip.content, Footage)
    }
    unreadable: dict[str, str] = {}
    for path in sorted(files):
        try:
            read_audio(root / path, seconds=0.1)
        except ClappperError as problem:
            unreadable[path] = problem.message

    def kept(clip: Clip) -> bool:
        return not isinstance(clip.content, Footage) or clip.content.take.path not in unreadable

    tracks = tuple(
        replace(track, clips=tuple(clip for clip in track.clips if kept(clip))) for track in timeline.tracks
    )
    return replace(timeline, tracks=tracks), tuple(unreadable.values())
