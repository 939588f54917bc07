"""Scenes on an Omniverse Nucleus server: copied here with all they name, and watched for checkpoints.

The Omniverse client is NVIDIA's and never bundled; it works in a process of its own, by file names only.
``omniverse://host/a/b.usd`` is copied to ``nucleus/host/a/b.usd`` in the scene's folder, so that paths
between files hold.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from time import monotonic
from urllib.parse import unquote, urlsplit

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.settings import Settings
from clappper.usd.backends import own_command
from clappper.usd.processes import Event, run_worker
from clappper.usd.recipe import SceneRecipe, is_nucleus

Stopped = Callable[[], bool]
States = dict[str, dict[str, str]]

COPIES, LAYERS = "nucleus", "layers.json"
LAYER_NAMES = frozenset({".usd", ".usda", ".usdc"})
LOOK_SECONDS = 15.0
BEFORE = "before Clappper render"
"""The comment of the checkpoint that is rendered."""

MOST_FILES = 1000
BATCH = 50


class OfflineError(ClappperError):
    """The server did not answer."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A recipe whose files are all here; ``states`` is how each address stood when it was copied."""

    recipe: SceneRecipe
    states: States = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def client_python(settings: Settings) -> str:
    """Find a Python that holds omni.client.

    Raises:
        ClappperError: there is none.
    """
    if settings.omniverse_python:
        return settings.omniverse_python
    has_own = importlib.util.find_spec("omni") and importlib.util.find_spec("omni.client")
    if has_own and not getattr(sys, "frozen", False):
        return sys.executable
    raise _no_client()


def _no_client() -> ClappperError:
    return ClappperError(
        "omniverse:// links need the Omniverse client (18 MB, NVIDIA licence).",
        "Install it with: pip install omniverseclient, or set omniverse_python to a Python that holds it.",
    )


def bring(recipe: SceneRecipe, folder: Path, settings: Settings, is_stopped: Stopped) -> Brought:
    """Copy what a recipe names on Nucleus into ``folder``; a recipe without such names is given back.

    Where the server does not answer, a copy of an earlier render is used, and the warning says of when.

    Raises:
        UnusableInputError: a file is not there, or may not be read.
        ClappperError: there is no client, or the server does not answer and nothing is here.
    """
    wanted = {
        name: url for name in ("usd", "product_usd") if (url := getattr(recipe, name)) and is_nucleus(url)
    }
    if not wanted:
        return Brought(recipe)
    here = {name: str(copy_of(url, folder)) for name, url in wanted.items()}
    warnings: tuple[str, ...] = ()
    states: States = {}
    try:
        states = _fetch(tuple(wanted.values()), folder, settings, is_stopped)
    except OfflineError as error:
        if not all(Path(file).is_file() for file in here.values()):
            raise
        warnings = (f"{error.message} The copy of {_age_of(here.values())} is shown.",)
    return Brought(recipe.model_copy(update=here), states, warnings)


def look(urls: Iterable[str], folder: Path, settings: Settings) -> States:
    """Ask how addresses stand now.

    Raises:
        ClappperError: there is no client, or the server does not answer or refuses.
    """
    states: States = {}

    def hear(event: Event) -> None:
        if event["event"] == "state":
            facts = {name: str(value) for name, value in event.items() if name not in {"event", "url"}}
            states[str(event["url"])] = facts

    for batch in _batches(tuple(urls)):
        _ask("look", batch, folder, settings, hear)
    return states


def news_of(known: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]) -> str:
    """Say in one sentence what was saved since; empty for nothing."""
    changed = [url for url in known if dict(known[url]) != dict(now.get(url, known[url]))]
    if not changed:
        return ""
    name = PurePosixPath(urlsplit(changed[0]).path).name
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    newest = now[changed[0]]
    who = f" by {newest['by']}" if newest.get("by") else ""
    if not newest.get("saved"):
        return f"{name}{more} is gone from Nucleus."
    if newest.get("checkpoint") and newest["checkpoint"] != known[changed[0]].get("checkpoint"):
        number = newest["checkpoint"].lstrip("?&")
        comment = f": {newest['comment']}" if newest.get("comment") else ""
        return f"{name}{more}: checkpoint {number}{who} on Nucleus{comment}."
    return f"{name}{more} was saved{who} on Nucleus."


def digest_of(states: Mapping[str, Mapping[str, str]]) -> str:
    """Name what lies on Nucleus: the same content, the same name; empty for nothing."""
    body = json.dumps(states, sort_keys=True).encode()
    return hashlib.sha256(body).hexdigest()[:16] if states else ""


@dataclass(slots=True)
class NucleusWatch:
    """Asks the server at most every 15 seconds; while it does not answer, what was known holds."""

    folder: Path
    now: States = field(default_factory=dict)
    _asked: float = -LOOK_SECONDS

    def look(self, known: States, settings: Settings) -> str:
        """Give the news against what was ``known`` when the scene was rendered."""
        if known and monotonic() - self._asked >= LOOK_SECONDS:
            self._asked = monotonic()
            try:
                self.now = look(known, self.folder, settings)
            except ClappperError:
                return news_of(known, self.now)
        return news_of(known, self.now)


def keep(urls: Iterable[str], comment: str, folder: Path, settings: Settings) -> None:
    """Make a checkpoint of each address, where the server keeps any and lets this person.

    Raises:
        ClappperError: there is no client, or the server does not answer.
    """
    for url in urls:
        _ask("keep", (url, comment), folder, settings, _unheard)


def copy_of(url: str, folder: Path) -> Path:
    """Say where the copy of an address lies.

    Raises:
        UnusableInputError: the address has no host, or leaves its server's root.
    """
    parts = urlsplit(url)
    path = PurePosixPath(unquote(parts.path).lstrip("/"))
    host = re.sub(r"[^A-Za-z0-9.-]", "_", parts.netloc)
    if not host.strip(".") or not path.name or ".." in path.parts or "\\" in str(path):
        raise UnusableInputError(
            f"{url} is no address of a file on Nucleus.", "Write omniverse://server/folder/file.usd."
        )
    return folder / COPIES / host / path


def _fetch(roots: tuple[str, ...], folder: Path, settings: Settings, is_stopped: Stopped) -> States:
    """Copy layers, then what they name, until nothing new is named.

    How a file stands is asked before it is copied: what is saved in between counts as news afterwards.
    """
    fresh = {_plain(url): copy_of(url, folder) for url in roots}
    wanted, urls, states = tuple(fresh), dict(fresh), States()
    keep(wanted, BEFORE, folder, settings)
    while fresh:
        states |= look(fresh, folder, settings)
        if missing := [url for url in wanted if not states[url]["saved"]]:
            raise UnusableInputError(f"USD file not found: {missing[0]}", "Choose the file again.")
        for batch in _batches(tuple(url for url in fresh if states[url]["saved"])):
            pairs = [part for url in batch for part in (url, str(fresh[url]))]
            _ask("copy", pairs, folder, settings, _unheard, is_stopped)
        named = {url: copy_of(url, folder) for url in _named_by(fresh, folder, is_stopped)}
        fresh = {url: file for url, file in named.items() if url not in urls}
        urls |= fresh
        if len(urls) > MOST_FILES:
            raise UnusableInputError(
                f"{wanted[0]} consists of more than {MOST_FILES} files.", "Collect or flatten it in Composer."
            )
    return states


def _named_by(copied: Mapping[str, Path], folder: Path, is_stopped: Stopped) -> Iterator[str]:
    """List the addresses that copied layers name beside themselves; USD reads them, in its own process."""
    by_file = {
        str(file): url for url, file in copied.items() if file.is_file() and file.suffix in LAYER_NAMES
    }
    if not by_file:
        return
    found: list[tuple[str, str]] = []

    def hear(event: Event) -> None:
        if event["event"] == "names":
            found.extend((by_file[event["file"]], name) for name in event["names"])

    (folder / COPIES / LAYERS).write_text(json.dumps(list(by_file)), encoding="utf-8")
    run_worker(own_command("names", str(folder)), folder, hear, is_stopped)
    for url, name in found:
        if "://" in name or name.startswith("/") or "<UDIM>" in name:
            continue
        base = PurePosixPath(urlsplit(url).path).parent
        yield _joined(url, base, name)


def _joined(url: str, base: PurePosixPath, name: str) -> str:
    parts: list[str] = []
    for part in (*base.parts, *PurePosixPath(name.replace("\\", "/")).parts):
        if part == "..":
            parts = parts[:-1]
        elif part not in {".", "/"}:
            parts.append(part)
    return f"omniverse://{urlsplit(url).netloc}/{'/'.join(parts)}"


def _plain(url: str) -> str:
    return re.sub(r"^nucleus://", "omniverse://", url)


def _unheard(event: Event) -> None:
    del event


def _ask(
    task: str,
    arguments: Iterable[str],
    folder: Path,
    settings: Settings,
    hear: Callable[[Event], None],
    is_stopped: Stopped = lambda: False,
) -> None:
    (folder / COPIES).mkdir(parents=True, exist_ok=True)
    script = str(Path(__file__).with_name("foreign") / "nucleus_worker.py")
    codes: list[str] = []

    def listen(event: Event) -> None:
        codes.append(str(event.get("code", "")))
        hear(event)

    try:
        run_worker((client_python(settings), script, task, *arguments), folder, listen, is_stopped)
    except ClappperError as error:
        if "no_client" in codes:
            raise _no_client() from error
        if "nucleus_offline" in codes:
            raise OfflineError(error.message, error.hint) from error
        raise


def _batches(urls: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (urls[start : start + BATCH] for start in range(0, len(urls), BATCH))


def _age_of(files: Iterable[str]) -> str:
    oldest = min(Path(file).stat().st_mtime for file in files)
    return datetime.fromtimestamp(oldest, UTC).astimezone().strftime("%d %B %H:%M")
