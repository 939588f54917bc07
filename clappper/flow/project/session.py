"""The open project: its desk, its history and everything that works on it, for whoever shows and edits it.

Every change goes through a ``Session``. It is stored before it is shown, one transaction a step, so that a
crash takes at most the step in progress, and undo reaches back over restarts. A session lives on the loop's
thread; none of its methods that are not coroutines waits for anything but one small write.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.brief.schema import AdBrief
from clappper.flow.assembling.titles import rebind_titles
from clappper.flow.briefs import slug
from clappper.flow.delivering.export_queue import ExportQueue
from clappper.flow.desk import Desk, DeskShelf, empty_timeline, newest_desk, prepare
from clappper.flow.measuring_state import MeasuringState
from clappper.flow.open_project import Workshop, workshop
from clappper.flow.playing.filmstrips import Filmstrips
from clappper.flow.playing.listening import Listening
from clappper.flow.playing.playback import Picture, Playback
from clappper.flow.playing.proxies import Proxies
from clappper.flow.predictor_process import PredictorProcess
from clappper.flow.project.keeping import Keeping
from clappper.flow.project.recovery import Rescue, rescue
from clappper.jobs.model import JobsHalted
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.jobs.workers import Workers
from clappper.providers.registry import Registry
from clappper.providers.workbench import EMBEDDED, Workbench
from clappper.store.database import DamagedError
from clappper.store.project import ProjectFolder
from clappper.timeline.history import History, Step
from clappper.timeline.model import Footage, Timeline
from clappper.timeline.queries import all_clips

__all__ = ["BriefChanged", "Desk", "HistoryChanged", "JobsHalted", "Session", "TimelineChanged"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TimelineChanged:
    """The edit is another one. ``revision`` rises by one with every change of the session's desk.

    ``by`` is what the editor passed along, so that a widget can tell its own echo.
    """

    timeline_id: str
    revision: int
    by: object = None


@dataclass(frozen=True, slots=True)
class BriefChanged:
    """The brief is another one. ``brief_id`` is what its jobs and money are listed under."""

    brief_id: str
    revision: int
    by: object = None


@dataclass(frozen=True, slots=True)
class HistoryChanged:
    """There is a step more or less, or the desk stands at another one."""


class Session:
    """One open project. Made by ``open_session`` and ``create_session``, ended by ``aclose``."""

    def __init__(
        self,
        shop: Workshop,
        history: History[Desk],
        shelf: DeskShelf,
        *,
        notice: str = "",
        rescue: Rescue | None = None,
    ) -> None:
        """``rescue`` is what is shown of a damaged project: hand it to ``flow.project.recovery.mend``."""
        self.project: ProjectFolder = shop.project
        self.queue: JobQueue = shop.queue
        self.registry: Registry = shop.registry
        self.workers: Workers = shop.workers
        self.hub: EventHub = shop.hub
        self.shop = replace(shop, attended=not shop.project.read_only)
        self.read_only = shop.project.read_only
        self.notice = notice
        self.rescue = rescue
        self.exports = ExportQueue(self.project, self.hub)
        self.predictor = PredictorProcess()
        self.measuring = MeasuringState(self.hub)
        self.closing = AsyncExitStack()
        self._views = AsyncExitStack()
        self._proxies = Proxies(self.project, self.workers, self.hub)
        self._history = history
        self._shelf = shelf
        self._revision = 0
        self._runner: asyncio.Task[None] | None = None

    @property
    def desk(self) -> Desk:
        return self._history.value

    @property
    def brief(self) -> AdBrief:
        return self.desk.brief

    @property
    def timeline(self) -> Timeline:
        return self.desk.timeline

    @property
    def brief_id(self) -> str:
        """What this ad's jobs and money are listed under."""
        return slug(self.brief.project.name)

    @property
    def revision(self) -> int:
        return self._revision

    def preview(self, change: Callable[[Timeline], Timeline]) -> Timeline:
        """Give what ``edit`` would give. Nothing is kept: for showing a drag before it is let go."""
        return change(self.timeline)

    def edit(self, name: str, change: Callable[[Timeline], Timeline], *, by: object = None) -> Timeline:
        """Change the timeline as one undo step called ``name``; a change to the same value is no step.

        Raises:
            ClappperError: ``change`` refused, the project is read-only, or the step could not be stored;
                the desk is as it was.
        """
        return self.change(name, lambda desk: replace(desk, timeline=change(desk.timeline)), by=by).timeline

    def edit_brief(self, name: str, brief: AdBrief, *, by: object = None) -> None:
        """Put another brief in place as one undo step; the titles that are bound to it follow.

        Raises:
            ClappperError: as ``edit``.
        """
        self.change(name, lambda desk: with_brief(desk, brief), by=by)

    def change(self, name: str, change: Callable[[Desk], Desk], *, by: object = None) -> Desk:
        """Change brief and timeline together as one undo step.

        Raises:
            ClappperError: as ``edit``.
        """
        before = self.desk
        after = change(before)
        if after == before:
            return before
        if self.read_only:
            raise ClappperError(
                "The project is open for reading only.", "Close it in the other window, or open a copy of it."
            )
        if not self._history.is_grouping:
            self._shelf.keep(name, after)
        self._history.do(name, after)
        if not self._history.is_grouping:
            self._tell(before, by)
        return after

    @contextmanager
    def group(self, name: str, *, by: object = None) -> Iterator[None]:
        """Make one undo step of all changes inside; an error that leaves the block takes all of it back.

        Listeners hear of it once, at the end. Nothing inside may be awaited.
        """
        if self._history.is_grouping:
            yield
            return
        before = self.desk
        with self._history.group(name):
            yield
            if self.desk != before:
                self._shelf.keep(name, self.desk)
        if self.desk is not before:
            self._tell(before, by)

    @property
    def history_names(self) -> tuple[str, ...]:
        """Give the names of all steps, the opening one first, undone ones included."""
        return self._history.names

    @property
    def place(self) -> int:
        """Tell which of ``history_names`` the desk stands at."""
        return self._history.place

    @property
    def undo_name(self) -> str:
        """Name what ``undo`` would take back; empty when there is nothing."""
        return self._history.undo_name

    @property
    def redo_name(self) -> str:
        return self._history.redo_name

    def desk_at(self, place: int) -> Desk:
        """Give the desk as it was at one of ``history_names``; nothing changes.

        Raises:
            ClappperError: there is no such step, or it could not be read.
        """
        return self._history.value_at(place)

    def undo(self) -> None:
        """Go back one step.

        Raises:
            ClappperError: there is nothing to undo, or the step could not be read or stored.
        """
        self._travel(self._history.undo)

    def redo(self) -> None:
        """Take an undone step again.

        Raises:
            ClappperError: there is nothing to redo, or the step could not be read or stored.
        """
        self._travel(self._history.redo)

    def go_to(self, place: int) -> None:
        """Go to any step, as from a list of ``history_names``.

        Raises:
            ClappperError: there is no such step, or it could not be read or stored.
        """
        self._travel(partial(self._history.go_to, place))

    def playback(self, on_picture: Callable[[Picture], None]) -> Playback:
        """Start what shows and plays edits: see ``flow.playing.playback``. It ends with the session."""
        listening = Listening(self.project.path, self.project.scratch, self.workers)
        playback = Playback(self.project.path, listening, on_picture, proxies=self.proxies)
        self._views.push_async_callback(listening.aclose)
        self._views.push_async_callback(playback.aclose)
        takes = (
            clip.content.take for _, clip in all_clips(self.timeline) if isinstance(clip.content, Footage)
        )
        self._proxies.mend(take.path for take in takes)
        return playback

    def filmstrips(self) -> Filmstrips:
        """Start what gives the timeline its pictures; it ends with the session."""
        filmstrips = Filmstrips(self.project, self.workers, self.hub)
        self._views.push_async_callback(filmstrips.aclose)
        return filmstrips

    async def end_views(self) -> None:
        """End what shows and plays the edit; what is asked for from the first moment on is not touched."""
        await self._views.pop_all().aclose()

    def proxies(self) -> Mapping[str, str]:
        """Give the small stand-ins of the project's films, by path."""
        return self._proxies.paths()

    def start_jobs(self) -> None:
        """Work through the queue in the background; does nothing while it is worked on already."""
        if self.read_only or (self._runner is not None and not self._runner.done()):
            return
        self._runner = asyncio.create_task(JobRunner(self.queue, self.workers).run(), name="jobs")
        self._runner.add_done_callback(_demand_no_fault)

    async def aclose(self) -> None:
        """Stop the jobs where they stand, end the workers and let go of the project."""
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
        await self.predictor.aclose()
        await self.exports.aclose()
        await self._proxies.aclose()
        await self._views.aclose()
        await self.closing.aclose()

    def _travel(self, go: Callable[[], Desk]) -> None:
        before, start = self.desk, self.place
        go()
        if not self.read_only:
            try:
                self.project.journal.go_to(self.project.journal.first + self.place)
            except ClappperError:
                self._history.go_to(start)
                raise
        self._tell(before, None)

    def _tell(self, before: Desk, by: object) -> None:
        self._revision += 1
        if self.brief is not before.brief:
            self.hub.publish(BriefChanged(self.brief_id, self._revision, by))
        if self.timeline is not before.timeline:
            self.hub.publish(TimelineChanged(self.timeline.id, self._revision, by))
        self.hub.publish(HistoryChanged())


def _demand_no_fault(runner: asyncio.Task[None]) -> None:
    """The runner outlives all trouble with disks and providers; what ends it is a fault in this program."""
    if not runner.cancelled() and (error := runner.exception()) is not None:
        raise error


def with_brief(desk: Desk, brief: AdBrief) -> Desk:
    """Put another brief on a desk: titles say what it says now; an edit without clips starts anew."""
    if not any(track.clips for track in desk.timeline.tracks):
        return Desk(brief, empty_timeline(brief))
    return Desk(brief, rebind_titles(desk.timeline, brief))


async def open_session(
    folder: Path, hub: EventHub, *, read_only: bool = False, bench: Workbench = EMBEDDED
) -> Session:
    """Open the project in ``folder`` and let its jobs go on.

    A damaged one opens for reading, with what can be saved of it; see ``Session.rescue``.

    Raises:
        ClappperError: it is open elsewhere (open it ``read_only``), damaged, or cannot be read.
        UnusableInputError: there is no project, or it has no brief.
    """
    try:
        await asyncio.to_thread(prepare)
        project = await asyncio.to_thread(ProjectFolder.open, folder, read_only=read_only)
        return await _session(project, hub, bench)
    except DamagedError as damage:
        found = await asyncio.to_thread(rescue, folder, damage)
        return await _rescued_session(found, hub, bench)


async def create_session(
    folder: Path, brief: AdBrief, hub: EventHub, *, bench: Workbench = EMBEDDED
) -> Session:
    """Make a project in ``folder`` with ``brief`` as all there is.

    Raises:
        UnusableInputError: there is a project already, or ``folder`` is a file.
        StorageError: the folder cannot be written.
    """
    await asyncio.to_thread(prepare)
    project = await asyncio.to_thread(ProjectFolder.create, folder)
    try:
        DeskShelf(project.journal).keep("New ad", Desk(brief, empty_timeline(brief)))
    except BaseException:
        project.close()
        raise
    return await _session(project, hub, bench)


async def _session(project: ProjectFolder, hub: EventHub, bench: Workbench) -> Session:
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(workshop(project, hub, bench))
        shelf = DeskShelf(project.journal)
        session = Session(shop, _history(project, shelf), shelf)
        if not project.read_only:
            stack.push_async_callback(Keeping(project, shop.queue.clock).aclose)
        session.closing = stack.pop_all()
    session.start_jobs()
    session.exports.start()
    return session


async def _rescued_session(found: Rescue, hub: EventHub, bench: Workbench) -> Session:
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(workshop(found.project, hub, bench))
        session = Session(shop, found.history, found.shelf, notice=found.notice, rescue=found)
        session.closing = stack.pop_all()
    return session


def _history(project: ProjectFolder, shelf: DeskShelf) -> History[Desk]:
    journal = project.journal
    if not project.read_only:
        journal.prune()
    entries, place = journal.entries(), journal.place
    if entries and place is not None:
        steps = [Step(entry.name, partial(shelf.take, entry.root)) for entry in entries]
        return History.restored(steps, place - journal.first)
    desk = newest_desk(project)
    if desk is None:
        raise UnusableInputError(
            f"The project {project.path} has no brief yet.", "Make one with: clappper make BRIEF --out FOLDER"
        )
    if not project.read_only:
        shelf.keep("Open", desk)
    return History(desk)
