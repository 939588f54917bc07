"""Media that is missing: found again in a folder, fetched again from its provider, or made again."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.flow.footage import take_of
from clappper.flow.project.session import Session
from clappper.jobs.backoff import Step
from clappper.jobs.calls import Calls
from clappper.jobs.delivery import receive
from clappper.jobs.ingest import import_file, ingest
from clappper.jobs.model import Job
from clappper.jobs.story import story_of
from clappper.providers.contract import ProviderError, RemoteState
from clappper.store.assets import Asset
from clappper.store.files import copy_atomically, sha256_of
from clappper.timeline.model import Clip, Footage, Take, Timeline, Title

log = logging.getLogger(__name__)

MOST_FILES = 100_000
JOB_ORIGIN, IMPORT_ORIGIN = "job:", "import:"


@dataclass(frozen=True, slots=True)
class Missing:
    """A file that the edit or the project needs and that is not there.

    ``job_id`` is the job that made it, empty for an import; ``in_edit`` tells whether the edit shows it now.
    """

    path: str
    name: str
    job_id: str
    in_edit: bool


@dataclass(frozen=True, slots=True)
class Relinked:
    """``restored`` files are the same as before, ``replaced`` ones have the name and another content."""

    restored: tuple[str, ...]
    replaced: tuple[str, ...]
    missing: tuple[Missing, ...]


def missing_media(session: Session) -> tuple[Missing, ...]:
    """List what is missing, what the edit shows first."""
    root = session.project.path
    assets = {asset.path: asset for asset in session.project.assets.list()}
    shown = set(_paths(session.timeline))
    paths = sorted(shown | assets.keys(), key=lambda path: (path not in shown, path))
    return tuple(
        _missing(path, assets.get(path), path in shown) for path in paths if not (root / path).is_file()
    )


def shown_files(session: Session) -> tuple[Path, ...]:
    """List the files that the edit needs, whether they are there or not."""
    return tuple(session.project.path / path for path in sorted(set(_paths(session.timeline))))


def changed_media(session: Session) -> tuple[str, ...]:
    """Name the files of the edit that are not what was taken in; reads those that were written since."""
    assets = {asset.path: asset for asset in session.project.assets.list()}
    shown = sorted(set(_paths(session.timeline)) & assets.keys())
    return tuple(Path(path).name for path in shown if _has_changed(session.project.path / path, assets[path]))


def _has_changed(path: Path, asset: Asset) -> bool:
    try:
        status = path.stat()
        if status.st_size != asset.size_bytes:
            return True
        is_older = status.st_mtime <= datetime.fromisoformat(asset.created).timestamp()
        return not is_older and sha256_of(path) != asset.sha256
    except OSError:
        return False


async def relink(session: Session, folder: Path) -> Relinked:
    """Look for everything that is missing in ``folder`` and below.

    A file of the same content goes back to its place; one of the same name but another content is imported
    and takes its place in the edit, as one undo step. Nothing in ``folder`` is changed.

    Raises:
        UnusableInputError: ``folder`` is none.
        ClappperError: the project cannot be written.
    """
    if not await asyncio.to_thread(folder.is_dir):
        raise UnusableInputError(f"{folder} is not a folder.", "Choose the folder that holds your media.")
    lost = missing_media(session)
    by_size, by_name = await asyncio.to_thread(_indexed, folder)
    restored, replaced = [], []
    for one in lost:
        asset = session.project.assets.by_path(one.path)
        home = session.project.locate(one.path)
        same = await asyncio.to_thread(_same_content, asset, by_size) if asset else None
        if same is not None:
            await asyncio.to_thread(_restore, same, home)
            restored.append(one.path)
        elif one.in_edit and (found := by_name.get(one.name.casefold())):
            await _replace(session, one, found[0])
            replaced.append(one.path)
    still = tuple(one for one in missing_media(session) if one.path not in replaced)
    return Relinked(tuple(restored), tuple(replaced), still)


async def regain(session: Session, path: str) -> str:
    """Get a generated file back: download it again, or make it again where that costs nothing.

    Gives the id of the job that makes it again; empty when the file is back already.

    Raises:
        ClappperError: no job made it, or its provider no longer has it; the hint says what it would cost.
    """
    asset = session.project.assets.by_path(path)
    if asset is None or not asset.origin.startswith(JOB_ORIGIN):
        raise ClappperError(f"{Path(path).name} was not generated here.", "Find it with Relink.")
    job = session.queue.job(asset.origin.removeprefix(JOB_ORIGIN))
    if session.registry.model(job.request.provider, job.request.model).volatile:
        return session.queue.enqueue(job.request, brief_id=job.brief_id, scene_id=job.scene_id).job.id
    try:
        found = await _downloaded(session, job)
    except ProviderError as error:
        raise _gone(session, job) from error
    if found.path != path:
        _use(session, path, session.project.assets.add(found))
    return ""


def use_made_again(session: Session, path: str, job_id: str) -> None:
    """Let the edit show what ``job_id`` made in the place of ``path``; no step where it is the same file.

    Raises:
        ClappperError: the job is not done, or what it made is too short for the edit.
    """
    made = session.project.assets.get(session.queue.job(job_id).asset_id)
    if made.path != path:
        _use(session, path, made)


async def _downloaded(session: Session, job: Job) -> Asset:
    provider = session.registry.get(job.request.provider)
    calls = Calls(session.project, provider.name, job.id, is_free=False)
    progress = await calls.ask(provider.poll(job.remote_id), Step.POLL)
    if progress.state is not RemoteState.SUCCEEDED or not progress.outputs:
        raise _gone(session, job)
    output = progress.outputs[0]
    source = await receive(
        session.project,
        job,
        output,
        lambda part: calls.ask(provider.fetch(job.remote_id, output, part), Step.FETCH),
    )
    home = session.project.generated / job.request.provider / source.name
    now = session.queue.clock.now()
    model = session.registry.model(job.request.provider, job.request.model)
    story = story_of(job, model, session.queue.money.attempts(job.id), now)
    return await ingest(session.project, source, home, session.workers, f"{JOB_ORIGIN}{job.id}", now, story)


def _gone(session: Session, job: Job) -> ClappperError:
    cost = session.queue.estimate(job.request).high
    price = f"about {cost}" if cost is not None else "a price that is not known"
    return ClappperError(
        f"{job.request.provider} no longer has this file.", f"Generate it again, for {price}."
    )


def _paths(timeline: Timeline) -> Iterator[str]:
    for track in timeline.tracks:
        for clip in track.clips:
            if isinstance(clip.content, Footage):
                yield from (take.path for take in clip.content.takes)
            elif isinstance(clip.content, Title) and clip.content.image:
                yield clip.content.image
    if timeline.look.lut:
        yield timeline.look.lut
    if "/" in timeline.branding.font:
        yield timeline.branding.font


def _missing(path: str, asset: Asset | None, in_edit: bool) -> Missing:
    origin = asset.origin if asset else ""
    name = origin.removeprefix(IMPORT_ORIGIN) if origin.startswith(IMPORT_ORIGIN) else Path(path).name
    job_id = origin.removeprefix(JOB_ORIGIN) if origin.startswith(JOB_ORIGIN) else ""
    return Missing(path, name, job_id, in_edit)


def _indexed(folder: Path) -> tuple[dict[int, list[Path]], dict[str, list[Path]]]:
    """Index a folder's files by size and by name; links are not followed."""
    by_size, by_name = defaultdict[int, list[Path]](list), defaultdict[str, list[Path]](list)
    for _, path in zip(range(MOST_FILES), sorted(folder.rglob("*")), strict=False):
        if path.is_file() and not path.is_symlink():
            by_size[path.stat().st_size].append(path)
            by_name[path.name.casefold()].append(path)
    return by_size, by_name


def _same_content(asset: Asset, by_size: dict[int, list[Path]]) -> Path | None:
    candidates = by_size.get(asset.size_bytes, [])
    return next((path for path in candidates if sha256_of(path) == asset.sha256), None)


def _restore(source: Path, home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    copy_atomically(source, home)


async def _replace(session: Session, lost: Missing, found: Path) -> None:
    imported = await import_file(session.project, found, session.workers, session.hub)
    _use(session, lost.path, imported.asset)


def _use(session: Session, old: str, asset: Asset) -> None:
    """Let the edit show ``asset`` wherever it showed the file at ``old``, as one undo step."""
    fresh = take_of(session.project, asset, session.timeline.rate)

    def relinked(clip: Clip) -> Clip:
        match clip.content:
            case Footage() as footage:
                takes = tuple(
                    _relinked_take(take, fresh) if take.path == old else take for take in footage.takes
                )
                return replace(clip, content=replace(footage, takes=takes))
            case Title() as title if title.image == old:
                return replace(clip, content=replace(title, image=asset.path))
        return clip

    def change(timeline: Timeline) -> Timeline:
        tracks = tuple(
            replace(track, clips=tuple(relinked(clip) for clip in track.clips)) for track in timeline.tracks
        )
        return replace(timeline, tracks=tracks)

    session.edit(f"Relink {Path(old).name}", change)


def _relinked_take(old: Take, fresh: Take) -> Take:
    return replace(fresh, id=old.id, label=old.label, badge=old.badge, focus=old.focus)
