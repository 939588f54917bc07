"""What was asked for in an open project and is still to come: kept with the project, for after a restart."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from clappper.brief.schema import AdBrief, load_brief
from clappper.brief.storyboard import PlannedScene, Storyboard
from clappper.flow.keyframes.filling import Filling
from clappper.jobs.model import TERMINAL, Job
from clappper.jobs.queue import JobQueue
from clappper.store.documents import Documents

log = logging.getLogger(__name__)

KIND = "generation"
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Awaited:
    """The job that a shot waits for, and what that asks for: tried again, it is another job for the same."""

    job_id: str
    request_hash: str

    def is_met_by(self, job: Job) -> bool:
        return job.id == self.job_id or job.request_hash == self.request_hash

    def newest(self, queue: JobQueue) -> Job:
        """Give the last job that asked for it."""
        return next(iter(queue.records.same_content(self.request_hash)), None) or queue.job(self.job_id)


@dataclass(frozen=True, slots=True)
class AdRecord:
    """One press of Generate. ``offset`` is the frame of the timeline at which its ad begins.

    By shot id: ``waiting`` are the shots still to come as one clip each, ``filling`` those that are made from
    keyframes; ``reasons`` say why a shot is made by whom, ``spares`` name the embedded provider that makes it
    free of charge if that fails.
    """

    id: str
    brief_id: str
    brief: dict[str, Any]
    storyboard: Storyboard
    badge: str
    offset: int
    seed: int
    waiting: dict[str, Awaited] = field(default_factory=dict)
    filling: dict[str, Filling] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    spares: dict[str, str] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return not self.awaits_all

    @property
    def awaits_all(self) -> frozenset[str]:
        return frozenset((*self.waiting, *self.filling))

    def read_brief(self) -> AdBrief:
        """Give the brief as it was when this was asked for."""
        return load_brief(self.brief)

    def shot(self, shot_id: str) -> PlannedScene:
        return next(shot for shot in self.storyboard.scenes if shot.id == shot_id)

    def awaits(self, scene_id: str) -> tuple[str, ...]:
        """List the shots of a scene that are still to come."""
        shots = (shot for shot in self.storyboard.scenes if shot.scene_id == scene_id)
        return tuple(shot.id for shot in shots if shot.id in self.awaits_all)

    def without(self, shot_id: str) -> AdRecord:
        """Cross off a shot that has come."""
        return replace(self, waiting=_less(self.waiting, shot_id), filling=_less(self.filling, shot_id))


class AdBook:
    """The records of one project that still wait for something, by id; each change is written down."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.records = {record.id: record for record in _pending(documents)}

    def keep(self, record: AdRecord) -> None:
        """Write a record down; one that waits for nothing any more leaves the book."""
        self._documents.keep_one(KIND, record.id, _ADAPTER.dump_json(record).decode())
        self.records[record.id] = record
        if record.is_over:
            del self.records[record.id]

    def awaited(self, scene_id: str) -> dict[str, AdRecord]:
        """Give the shots of a scene that are still to come, each with the newest record that waits for it."""
        return {shot_id: one for one in self.records.values() for shot_id in one.awaits(scene_id)}

    def supersede(self, names: Iterable[str], queue: JobQueue) -> None:
        """Let no record wait for shots that are asked for anew, but for clips that are still on their way."""
        for record in tuple(self.records.values()):
            for name in set(names).intersection(record.awaits_all):
                awaited = record.waiting.get(name)
                if awaited is None or awaited.newest(queue).state in TERMINAL:
                    self.keep(self.records[record.id].without(name))


def _pending(documents: Documents) -> Iterator[AdRecord]:
    for name in documents.ids(KIND):
        page = documents.load(KIND, name)
        record = _read(page.text) if page is not None else None
        if record is not None and not record.is_over:
            yield record


def _read(text: str) -> AdRecord | None:
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        log.warning("a record of what was generated cannot be read: %s", error)
        return None


def _less(entries: Mapping[str, V], name: str) -> dict[str, V]:
    return {key: value for key, value in entries.items() if key != name}


_ADAPTER = TypeAdapter(AdRecord)
