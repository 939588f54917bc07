"""How a file becomes an asset: examined, given its small companions, moved into place, written down.

The order makes file and row agree at every moment: media, then sidecar, then row. Whatever an
interruption leaves without a row is found and taken up again by the next run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from clappper.base.clock import Clock
from clappper.base.errors import UnusableInputError
from clappper.base.events import EventHub
from clappper.base.ids import new_id
from clappper.jobs.workers import WorkerDiedError, Workers
from clappper.store.assets import Asset
from clappper.store.files import copy_atomically, disk_errors, move_into_place, sha256_of
from clappper.store.project import ProjectFolder

if TYPE_CHECKING:
    from clappper.media.probe import MediaFacts
    from clappper.store.sidecar import Sidecar

Story = Callable[[Asset], "Sidecar"]
T = TypeVar("T")
NAME_DIGITS = 20


@dataclass(frozen=True, slots=True)
class AssetAdded:
    """The project has a new asset."""

    asset_id: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A user's file in the project. ``saved_bytes`` is what a second copy would have taken."""

    asset: Asset
    reused: bool
    saved_bytes: int


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file is: probed facts as plain JSON values, and its content's hash in hex."""

    kind: str
    has_audio: bool
    facts: dict[str, Any]
    sha256: str
    size_bytes: int


async def import_file(
    project: ProjectFolder, path: Path, workers: Workers, hub: EventHub, *, clock: Clock | None = None
) -> Imported:
    """Copy a user's clip, picture or sound into the project, once per content.

    Raises:
        UnusableInputError: it is missing or not media.
        StorageError: there is no room for it.
    """
    found = await _examined(path, workers)
    known = project.assets.by_hash(found.sha256)
    if known is not None and project.locate(known.path).is_file():
        return Imported(known, reused=True, saved_bytes=found.size_bytes)
    home = project.locate(known.path if known else f"media/{_stem(found.sha256)}{path.suffix.lower()}")
    copied = await workers.run(copy_atomically, path, home)
    if copied != found.sha256:
        home.unlink(missing_ok=True)
        raise UnusableInputError(
            f"{path} changed while it was being copied.", "Try again when it is finished."
        )
    moment = (clock or Clock()).now()
    asset = await keep(project, home, home, found, workers, f"import:{path.name}", moment, _import_story)
    asset = project.assets.add(asset)
    hub.publish(AssetAdded(asset.id))
    return Imported(asset, reused=False, saved_bytes=0)


async def ingest(
    project: ProjectFolder,
    source: Path,
    home: Path,
    workers: Workers,
    origin: str,
    moment: datetime,
    story: Story,
) -> Asset:
    """Turn a whole file into a file, companions and sidecar at ``home``; the row is left to the caller.

    The same content as that of a known asset gives the known one, and ``source`` is removed.

    Raises:
        UnusableInputError: it cannot be read as media.
        StorageError: there is no room.
    """
    found = await _examined(source, workers)
    known = project.assets.by_hash(found.sha256)
    if known is not None:
        there = project.locate(known.path)
        if there.is_file() and there != source:
            await asyncio.to_thread(source.unlink)
            return known
        home = there
    return await keep(project, source, home, found, workers, origin, moment, story)


async def keep(
    project: ProjectFolder,
    source: Path,
    home: Path,
    found: Examined,
    workers: Workers,
    origin: str,
    moment: datetime,
    story: Story,
) -> Asset:
    """Make the companions, move ``source`` to ``home`` and write the sidecar, in this order."""
    companions = _companions(project, found)
    await _in_worker(source, workers, make_companions, source, companions)
    await workers.run(settle, source, home)
    asset = Asset(
        id=new_id("asset"),
        kind=found.kind,
        path=project.relative(home),
        sha256=found.sha256,
        size_bytes=found.size_bytes,
        facts=found.facts,
        origin=origin,
        created=moment.isoformat(),
        derived={name: project.relative(path) for name, path in companions.items()},
    )
    await asyncio.to_thread(_write_story, home, story, asset)
    return asset


def drop_copy(project: ProjectFolder, asset: Asset, kept: Asset) -> None:
    """Remove a file that was being ingested while another one with the same content became an asset."""
    if asset.path != kept.path:
        from clappper.store import sidecar

        path = project.locate(asset.path)
        sidecar.path_of(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def facts_of(asset: Asset) -> MediaFacts:
    """Give an asset's facts as the record that probing made.

    Raises:
        pydantic.ValidationError: another version of the program wrote them.
    """
    facts: MediaFacts = _facts_adapter().validate_python(asset.facts)
    return facts


def examine(path: Path) -> Examined:
    """Probe and hash a file. Runs in a worker."""
    from clappper.media.probe import probe

    if not path.is_file():
        raise UnusableInputError(f"There is no file {path}.", "Check the path.")
    facts = probe(path)
    plain: dict[str, Any] = _facts_adapter().dump_python(facts, mode="json")
    return Examined(facts.kind, facts.has_audio, plain, sha256_of(path), path.stat().st_size)


def make_companions(source: Path, companions: dict[str, Path]) -> None:
    """Make proxy, thumbnail, filmstrip and waveform, as named. Runs in a worker."""
    from clappper.media import proxy

    makers: dict[str, Callable[[Path, Path], object]] = {
        "proxy": proxy.make_proxy,
        "thumbnail": proxy.make_thumbnail,
        "filmstrip": proxy.make_filmstrip,
        "waveform": proxy.make_waveform,
    }
    for name, path in companions.items():
        with disk_errors(path):
            makers[name](source, path)


def settle(source: Path, home: Path) -> None:
    """Move a file to its home and make that last. Runs in a worker, because flushing takes its time."""
    with disk_errors(home):
        home.parent.mkdir(parents=True, exist_ok=True)
    if source != home:
        move_into_place(source, home)


def media_page(asset: Asset) -> dict[str, Any]:
    """Give what a sidecar says about the file itself."""
    return {
        "name": Path(asset.path).name,
        "kind": asset.kind,
        "sha256": asset.sha256,
        "size_bytes": asset.size_bytes,
        "facts": asset.facts,
    }


async def _examined(path: Path, workers: Workers) -> Examined:
    return await _in_worker(path, workers, examine, path)


async def _in_worker(path: Path, workers: Workers, function: Callable[..., T], *args: Any) -> T:
    """Do one file's work in a worker; a codec that crashes is that file's fault."""
    try:
        return await workers.run(function, *args)
    except WorkerDiedError as error:
        raise UnusableInputError(
            f"{path.name} cannot be read: it makes the decoder crash.", "Export or download it again."
        ) from error


def _companions(project: ProjectFolder, found: Examined) -> dict[str, Path]:
    """Name the small files that go with a kind of media."""
    stem = _stem(found.sha256)
    names = {
        "proxy": project.proxies / f"{stem}.mp4",
        "thumbnail": project.thumbs / f"{stem}.jpg",
        "filmstrip": project.thumbs / f"{stem}.strip.jpg",
        "waveform": project.thumbs / f"{stem}.peaks.npy",
    }
    wanted = ["proxy", "thumbnail", "filmstrip"] if found.kind == "video" else ["thumbnail"]
    if found.has_audio:
        wanted = [*wanted, "waveform"]
    return {name: names[name] for name in wanted}


def _write_story(home: Path, story: Story, asset: Asset) -> None:
    """Runs in a thread: it flushes to the disk, and loads pydantic the first time."""
    from clappper.store import sidecar

    sidecar.write(home, story(asset))


def _stem(sha256: str) -> str:
    return sha256[:NAME_DIGITS]


def _import_story(asset: Asset) -> Sidecar:
    from clappper.store.sidecar import MediaPage, Sidecar

    return Sidecar(media=MediaPage(**media_page(asset)), origin=asset.origin, created=asset.created)


@cache
def _facts_adapter() -> Any:
    from pydantic import TypeAdapter

    from clappper.media.probe import MediaFacts

    return TypeAdapter(MediaFacts)
