"""The embedded composer as a provider: free, offline, the same seed gives the same music."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.base.units import Money
from clappper.providers.composer.moods import MOODS, USUAL
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    GenRequest,
    Health,
    Issue,
    Kind,
    Output,
    Price,
    Progress,
    fits,
)
from clappper.providers.local import LocalTasks, Report
from clappper.providers.workbench import Workbench

NAME = "music"
BED = Capabilities(
    provider=NAME,
    model="bed-1",
    kinds=(Kind.MUSIC,),
    seconds=(1.0, 180.0),
    negative=False,
    progress=True,
    generative=False,
    volatile=True,
    max_concurrency=2,
    extra_fields=("bpm", "mood", "sections"),
    price=Price("second", Money(), "2026-01-01"),
    note="Composed on this machine; its beats are exact and its rights are yours.",
)
SLOWEST_BPM, FASTEST_BPM = 50.0, 200.0
CPU_SECONDS_PER_SECOND = 0.15


class Music:
    """Composes in child processes. ``extra``: bpm, mood, and sections (their starts in seconds)."""

    name = NAME

    def __init__(self, tasks: LocalTasks) -> None:
        self._tasks = tasks
        self._sent: dict[str, dict[str, Any]] = {}

    def models(self) -> tuple[Capabilities, ...]:
        return (BED,)

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return (*fits(request, BED), *_music_issues(request))

    def estimate(self, request: GenRequest) -> Estimate:
        seconds = CPU_SECONDS_PER_SECOND * request.seconds
        return Estimate(Money(), Money(), (1.0 + seconds, 4.0 + 3 * seconds), "made on this machine")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return dict(request.extra)

    async def check(self) -> Health:
        return Health(ready=True, detail="Composes on this machine.")

    async def submit(self, request: GenRequest) -> str:
        """Start composing; the remote id is the request's key.

        Raises:
            UnusableInputError: an option cannot be used.
        """
        for issue in self.validate(request):
            if issue.blocking:
                raise UnusableInputError(issue.message)
        self._tasks.start(request.key, make_bed, request, ".wav")
        return request.key

    async def poll(self, remote_id: str) -> Progress:
        return self._tasks.told_progress(remote_id, "audio/wav", beats_file)

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        await self._tasks.fetch(remote_id, output, destination)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        return await self._tasks.cancel(remote_id)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        del request, since, known
        return None

    async def aclose(self) -> None:
        await self._tasks.aclose()


def create(bench: Workbench) -> Music:
    return Music(LocalTasks(bench.scratch))


def beats_file(music: Path) -> Path:
    """Say where the beats of a piece lie: beside it, as JSON."""
    return music.with_name(music.name + ".beats.json")


def make_bed(request: GenRequest, destination: Path, report: Report) -> None:
    """Compose one piece and write it with its beats; runs in a child process."""
    from clappper.media.audio import write_wav
    from clappper.providers.composer.compose import compose

    mood, bpm = str(request.extra.get("mood", USUAL)), request.extra.get("bpm")
    starts: list[float] = list(request.extra.get("sections") or [])
    piece = compose(
        mood,
        request.seconds,
        request.seed,
        bpm=float(bpm) if bpm else None,
        end_card_seconds=float(starts[-1]) if len(starts) > 1 else None,
        report=report,
    )
    facts = {
        "seed": request.seed,
        "mood": mood,
        "bpm": piece.bpm,
        "seconds": request.seconds,
        "beats_seconds": piece.beats_seconds,
        "downbeats": piece.downbeats,
        "sections": [
            {"name": part.name, "start": part.start_seconds, "end": part.end_seconds}
            for part in piece.sections
        ],
        "licence": "ok",
    }
    write_wav(destination, piece.samples)
    beats_file(destination).write_text(json.dumps(facts, indent=1), encoding="utf-8")


def _music_issues(request: GenRequest) -> tuple[Issue, ...]:
    issues = []
    mood, bpm, sections = (request.extra.get(name) for name in ("mood", "bpm", "sections"))
    if mood is not None and mood not in MOODS:
        issues.append(Issue("extra.mood", f"There is no mood {mood!r}; choose one of: {', '.join(MOODS)}."))
    if bpm is not None and not (_is_number(bpm) and SLOWEST_BPM <= bpm <= FASTEST_BPM):
        issues.append(Issue("extra.bpm", f"The tempo is {SLOWEST_BPM:g} to {FASTEST_BPM:g} beats a minute."))
    if sections is not None and not (
        isinstance(sections, list | tuple) and all(_is_number(start) for start in sections)
    ):
        issues.append(Issue("extra.sections", "Sections are a list of starting times in seconds."))
    return tuple(issues)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
