"""The embedded composer as a provider: free, offline, the same seed gives the same music."""

from __future__ import annotations

from pathlib import Path

from clappper.base.units import Money
from clappper.providers.child import Report, Work, tell
from clappper.providers.composer.moods import MOODS, USUAL
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    GenRequest,
    Issue,
    Kind,
    Price,
)
from clappper.providers.local import LocalService
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


class Music(LocalService):
    """Composes. ``extra``: bpm, mood, and sections (their starts in seconds)."""

    def __init__(self, scratch: Path) -> None:
        super().__init__(NAME, (BED,), scratch, ".wav")

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return (*super().validate(request), *_music_issues(request))

    def estimate(self, request: GenRequest) -> Estimate:
        seconds = CPU_SECONDS_PER_SECOND * request.seconds
        return Estimate(Money(), Money(), (1.0 + seconds, 4.0 + 3 * seconds), "made on this machine")

    async def _work(self, request: GenRequest) -> Work:
        del request
        return make_bed


def create(bench: Workbench) -> Music:
    return Music(bench.scratch)


def make_bed(request: GenRequest, destination: Path, report: Report) -> None:
    """Compose one piece and write it, with its beats as facts; runs in a child process."""
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
    tell(destination, facts)


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
