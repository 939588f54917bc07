"""The queue of exports: variants times aspects, one after the other, each in a process of its own.

What is ordered is stored with the edit it was ordered of, so that the queue goes on after a restart, and
editing goes on meanwhile. What an earlier export rendered alike is not rendered again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.base.ids import new_id
from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.flow.assembling.titles import rebind_titles
from clappper.flow.briefs import slug
from clappper.flow.delivering.export_order import (
    CANCEL,
    ExportOrder,
    Finished,
    Progressed,
    Stage,
    carry_out,
)
from clappper.flow.desk import Desk
from clappper.render.presets import DELIVERY_BYTES_PER_SECOND, Preset
from clappper.render.verdicts import UNCHECKED, CheckReport
from clappper.store.journal import digest_of
from clappper.store.project import ProjectFolder
from clappper.timeline.model import from_json, to_json

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

log = logging.getLogger(__name__)

KIND, EDIT_KIND = "export", "export-edit"
PATIENCE_SECONDS = 10.0


class ExportState(StrEnum):
    """Where an export stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING = frozenset({ExportState.QUEUED, ExportState.RUNNING})


@dataclass(frozen=True, slots=True)
class Variant:
    """One version of the ad; ``name`` is empty for the only one."""

    name: str
    desk: Desk


@dataclass(frozen=True, slots=True)
class Export:
    """One ordered file. ``edit`` names the stored edit; ``checks`` are what was measured on it.

    ``frames`` is the file's length and ``reused_frames`` what of it was there already. ``problem`` and
    ``hint`` say why it failed. ``path`` is absolute.
    """

    id: str
    number: int
    variant: str
    preset: Preset
    path: str
    edit: str
    state: ExportState = ExportState.QUEUED
    checks: CheckReport = UNCHECKED
    frames: int = 0
    reused_frames: int = 0
    size_bytes: int = 0
    notes: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""

    @property
    def passed(self) -> bool:
        """Whether the file is there and none of its checks failed."""
        return self.state is ExportState.DONE and self.checks.passed


@dataclass(frozen=True, slots=True)
class ExportChanged:
    """An export is new, gone, or in another state."""

    export_id: str


@dataclass(frozen=True, slots=True)
class ExportProgressed:
    """How far the running export is; ``seconds_left`` is None until it can be told."""

    export_id: str
    stage: Stage
    fraction: float
    seconds_left: float | None


class ExportQueue:
    """The exports of one project. Lives on the loop's thread; ``start`` works through it."""

    def __init__(self, project: ProjectFolder, hub: EventHub) -> None:
        self._project, self._hub = project, hub
        self._exports = {export.id: export for export in _stored(project)}
        self._worker: asyncio.Task[None] | None = None
        self._running: tuple[str, _Process] | None = None
        self._news, self._change = asyncio.Event(), asyncio.Event()
        for export in self._exports.values():
            if export.state is ExportState.RUNNING:
                self._exports[export.id] = replace(export, state=ExportState.QUEUED)

    @property
    def exports(self) -> tuple[Export, ...]:
        """Give all exports in the order in which they were ordered."""
        return tuple(sorted(self._exports.values(), key=lambda export: export.number))

    def get(self, export_id: str) -> Export:
        """Give one export.

        Raises:
            UnusableInputError: there is none with this id.
        """
        if export_id not in self._exports:
            raise UnusableInputError("This export is no longer in the queue.")
        return self._exports[export_id]

    def add(
        self, variants: Sequence[Variant], presets: Sequence[Preset], folder: Path | None = None
    ) -> tuple[Export, ...]:
        """Order every variant in every preset; files go into ``folder`` or the project's own ``exports``.

        Files keep under the delivery size of 2 MB a second where a preset states no size of its own.

        Raises:
            ClappperError: an edit is empty, two files would have one name, or the order could not be stored.
        """
        if self._project.read_only:
            raise ClappperError("The project is open for reading only.", "Export from a copy of it.")
        target = (folder or self._project.exports).absolute()
        number = max((export.number for export in self._exports.values()), default=0)
        ordered = []
        with self._project.db.writing():
            for variant in variants:
                edit = self._keep_edit(variant.desk)
                for preset in presets:
                    number += 1
                    path = target / file_name(variant, preset)
                    sized = _with_limit(preset, variant.desk.brief)
                    ordered.append(Export(new_id("export"), number, variant.name, sized, str(path), edit))
            self._refuse_clashes(ordered)
            for export in ordered:
                self._save(export)
        for export in ordered:
            self._set(export)
        self._news.set()
        return tuple(ordered)

    def cancel(self, export_id: str) -> None:
        """Take an export back that waits or runs; nothing of it is left behind."""
        export = self.get(export_id)
        if export.state not in WAITING:
            return
        if self._running is not None and self._running[0] == export_id:
            self._running[1].cancel()
            return
        self._put(replace(export, state=ExportState.CANCELLED))

    def again(self, export_id: str, desk: Desk | None = None) -> None:
        """Order the same file again, of the same edit or of a newer one."""
        export = self.get(export_id)
        if export.state in WAITING:
            return
        edit = self._keep_edit(desk) if desk else export.edit
        number = max(other.number for other in self._exports.values()) + 1
        fresh = Export(export.id, number, export.variant, export.preset, export.path, edit)
        self._put(fresh)
        self._news.set()

    def remove(self, export_id: str) -> None:
        """Forget an export that does not run; its file stays."""
        export = self.get(export_id)
        if self._running is not None and self._running[0] == export_id:
            raise ClappperError("This export is running.", "Cancel it first.")
        del self._exports[export.id]
        self._project.documents.forget(KIND, export.id)
        if all(other.edit != export.edit for other in self._exports.values()):
            self._project.documents.forget(EDIT_KIND, export.edit)
        self._hub.publish(ExportChanged(export.id))

    def start(self) -> None:
        """Work through the queue in the background, now and whenever something is ordered."""
        if self._worker is None and not self._project.read_only:
            self._worker = asyncio.create_task(self._work(), name="exports")

    async def idle(self) -> None:
        """Wait until nothing waits or runs."""
        while any(export.state in WAITING for export in self._exports.values()):
            self._change.clear()
            await self._change.wait()

    async def aclose(self) -> None:
        """Stop; what runs starts again when the project is opened, with what it has rendered so far."""
        if self._running is not None:
            self._running[1].cancel()
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        if self._running is not None:
            await asyncio.to_thread(self._running[1].end)

    async def _work(self) -> None:
        while True:
            self._news.clear()
            waiting = [export for export in self.exports if export.state is ExportState.QUEUED]
            if waiting:
                await self._carry_out(waiting[0])
            else:
                await self._news.wait()

    async def _carry_out(self, export: Export) -> None:
        self._put(replace(export, state=ExportState.RUNNING))
        try:
            order = self._order(export)
        except ClappperError as error:
            self._put(replace(export, state=ExportState.FAILED, problem=error.message, hint=error.hint))
            return
        process = _Process(order)
        self._running = (export.id, process)
        finished = await process.finished(lambda step: self._tell(export.id, step))
        await asyncio.to_thread(process.end)
        self._running = None
        self._put(_outcome(export, finished))

    def _order(self, export: Export) -> ExportOrder:
        desk = self._read_edit(export.edit)
        path = Path(export.path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ClappperError(
                f"The folder {path.parent} cannot be written to.", "Choose another folder."
            ) from error
        assets = self._project.assets.list("video")
        proxies = {asset.path: asset.derived["proxy"] for asset in assets if "proxy" in asset.derived}
        there = {name: proxy for name, proxy in proxies.items() if (self._project.path / proxy).is_file()}
        return ExportOrder(
            desk.timeline, desk.brief, self._project.path, path, export.preset, self._project.renders, there
        )

    def _tell(self, export_id: str, step: Progressed) -> None:
        self._hub.publish(ExportProgressed(export_id, step.stage, step.fraction, step.seconds_left))

    def _put(self, export: Export) -> None:
        self._save(export)
        self._set(export)

    def _save(self, export: Export) -> None:
        self._project.documents.keep_one(KIND, export.id, _adapter().dump_json(export).decode())

    def _set(self, export: Export) -> None:
        self._exports[export.id] = export
        self._change.set()
        self._hub.publish(ExportChanged(export.id))

    def _keep_edit(self, desk: Desk) -> str:
        if not any(track.clips for track in desk.timeline.tracks):
            raise UnusableInputError("The timeline is empty.", "Put at least one clip on it.")
        text = json.dumps({"brief": to_dict(desk.brief), "timeline": to_json(desk.timeline)})
        name = digest_of(text)
        self._project.documents.keep_one(EDIT_KIND, name, text)
        return name

    def _read_edit(self, name: str) -> Desk:
        document = self._project.documents.load(EDIT_KIND, name)
        if document is None:
            raise UnusableInputError("The edit that was to be exported is lost.", "Order the export again.")
        parts = json.loads(document.text)
        return Desk(load_brief(parts["brief"]), from_json(parts["timeline"]))

    def _refuse_clashes(self, ordered: Sequence[Export]) -> None:
        taken = {export.path for export in self._exports.values() if export.state in WAITING}
        for export in ordered:
            if export.path in taken:
                raise UnusableInputError(
                    f"{Path(export.path).name} is ordered already.",
                    "Wait for it, or give the variants other names.",
                )
            taken.add(export.path)


def variant_of(desk: Desk, name: str, brief: AdBrief) -> Variant:
    """Make a version of the ad that says what another brief says; its shots are the same."""
    return Variant(name, Desk(brief, rebind_titles(desk.timeline, brief)))


def file_name(variant: Variant, preset: Preset) -> str:
    """Name a file after ad, variant, aspect and whatever else tells two presets apart."""
    parts = [slug(variant.desk.brief.project.name), slug(variant.name) if variant.name else ""]
    parts.append(re.sub(r"[^A-Za-z0-9.]+", "-", preset.name.replace(":", "x").replace("@", "-")))
    return "_".join(part for part in parts if part) + preset.suffix


def _with_limit(preset: Preset, brief: AdBrief) -> Preset:
    if preset.max_bytes or preset.suffix == ".mov":
        return preset
    return replace(preset, max_bytes=brief.project.duration_s * DELIVERY_BYTES_PER_SECOND)


def _outcome(export: Export, finished: Finished | None) -> Export:
    if finished is None:
        return replace(
            export,
            state=ExportState.FAILED,
            problem="The process that rendered this ended unexpectedly.",
            hint="It may have run out of memory: close other programs and try again.",
        )
    if finished.cancelled:
        return replace(export, state=ExportState.CANCELLED)
    if finished.problem:
        return replace(export, state=ExportState.FAILED, problem=finished.problem, hint=finished.hint)
    return replace(
        export,
        state=ExportState.DONE,
        checks=finished.checks,
        frames=finished.frames,
        reused_frames=finished.reused_frames,
        size_bytes=finished.size_bytes,
        notes=finished.notes,
    )


class _Process:
    """One export under way."""

    def __init__(self, order: ExportOrder) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=carry_out, args=(order, theirs), name="export", daemon=True
        )
        self._theirs: Connection = theirs

    async def finished(self, tell: Callable[[Progressed], None]) -> Finished | None:
        """Wait for the last word, None where there is none."""
        loop = asyncio.get_running_loop()
        return await asyncio.to_thread(self._listen, lambda step: loop.call_soon_threadsafe(tell, step))

    def _listen(self, tell: Callable[[Progressed], object]) -> Finished | None:
        self._process.start()
        self._theirs.close()
        try:
            while not isinstance(said := self._pipe.recv(), Finished):
                tell(said)
        except (EOFError, OSError):
            return None
        return said

    def cancel(self) -> None:
        with suppress(OSError):
            self._pipe.send(CANCEL)

    def end(self) -> None:
        """Wait for the process, and make sure that it has ended."""
        self._process.join(PATIENCE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()


def _stored(project: ProjectFolder) -> tuple[Export, ...]:
    """Read the queue; an entry that cannot be read is left out and said in the log."""
    found = []
    for name in project.documents.ids(KIND):
        document = project.documents.load(KIND, name)
        try:
            found.append(_adapter().validate_json(document.text if document else ""))
        except ValueError:
            log.warning("export %s cannot be read and is left out", name)
    return tuple(found)


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Export)
