"""The neural networks on this machine: which there are, and fetching one after agreeing to its licence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.paths import AppPaths
from clappper.flow.clips.interpolate import model_store
from clappper.media.models import ModelCard, ModelState, ModelStore

if TYPE_CHECKING:
    from clappper.providers.workbench import Workbench

HOSTS = {
    "github.com": ("github.com", ".githubusercontent.com"),
    "raw.githubusercontent.com": ("raw.githubusercontent.com",),
    "huggingface.co": ("huggingface.co", ".huggingface.co", ".hf.co"),
}
"""Where the hosts that carry models send us on to."""


class Fetch(Protocol):
    """Writes what lies at an address to a file, whole or not at all."""

    async def __call__(self, url: str, destination: Path) -> None: ...


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model, whether it is here, and where."""

    card: ModelCard
    state: ModelState
    place: Path


def list_models(paths: AppPaths) -> tuple[ModelLine, ...]:
    """List every model the program can use."""
    store = model_store(paths)
    return tuple(ModelLine(card, store.state(name), store.place(name)) for name, card in store.cards.items())


def bring_model(paths: AppPaths, model_id: str, folder: Path, licence: str, bench: Workbench) -> ModelLine:
    """Take a model from a folder, as on a machine without network.

    Raises:
        UnusableInputError: a file is missing or another one, or the licence agreed to is another one.
    """
    store = model_store(paths)
    store.bring(model_id, folder, licence, bench.clock.now())
    return _line(store, model_id)


def remove_model(paths: AppPaths, model_id: str) -> ModelLine:
    """Delete a downloaded model.

    Raises:
        UnusableInputError: there is no such model, or it is part of the program.
    """
    store = model_store(paths)
    store.remove(model_id)
    return _line(store, model_id)


async def get_model(
    paths: AppPaths,
    model_id: str,
    licence: str,
    bench: Workbench,
    report: Callable[[float], None],
    fetch: Fetch | None = None,
) -> ModelLine:
    """Fetch what is missing of a model; ``licence`` is the one agreed to, by its name.

    Each file is checked against its checksum before it is used. Files that are here are not fetched again.

    Raises:
        UnusableInputError: there is no such model, or the licence agreed to is not the model's.
        ClappperError: it cannot be fetched, or is not what it should be.
    """
    store = model_store(paths)
    card = store.card(model_id)
    if store.has(model_id):
        return _line(store, model_id)
    if card.shipped:
        store.get(model_id)
    if licence != card.licence:
        raise UnusableInputError(
            f"{card.title} comes under {card.licence}; read it at {card.source}.",
            f"If you agree: clappper models get {model_id} --agree {card.licence}",
        )
    store.accept(model_id, licence, bench.clock.now())
    missing = store.missing_files(model_id)
    for number, file in enumerate(missing):
        if not file.url:
            raise ClappperError(
                f"Nobody says where {file.name} can be fetched.", f"Get it from {card.source}, then bring it."
            )
        part = store.place(model_id) / f".{file.name}.fetched"
        await (fetch or _fetch(bench, file.url, partial(_tell, report, number, len(missing))))(file.url, part)
        store.take(model_id, file, part)
        report((number + 1) / len(missing))
    return _line(store, model_id)


def _tell(report: Callable[[float], None], number: int, count: int, share: float) -> None:
    report((number + share) / count)


def _fetch(bench: Workbench, url: str, tell: Callable[[float], object]) -> Fetch:
    from clappper.providers.downloads import Downloads

    host = urlsplit(url).hostname or ""
    downloads = Downloads(bench, host, HOSTS.get(host, (host,)))

    async def fetch(url: str, destination: Path) -> None:
        await downloads.fetch(url, destination, is_media=False, tell=tell)

    return fetch


def _line(store: ModelStore, model_id: str) -> ModelLine:
    return ModelLine(store.card(model_id), store.state(model_id), store.place(model_id))
