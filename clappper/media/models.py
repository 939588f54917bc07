"""The neural networks on this machine: shipped or downloaded, each checked against its checksum before use.

Nothing here speaks to the network. What is missing is named together with the command that gets it; a folder
of files that came another way is taken in just as well.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.paths import resource

ACCEPTED = "accepted.json"
CHUNK_BYTES = 1 << 20


class ModelState(StrEnum):
    """``MISSING``: not all files are there; ``DAMAGED``: one of them is not what it should be."""

    READY = "ready"
    MISSING = "missing"
    DAMAGED = "damaged"


class MissingModelError(ClappperError):
    """A model is needed that this machine does not have."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file. ``checksum`` is ``sha256:<hex>``, or ``git:<hex>``, the object name in a Git repository.

    ``size_bytes`` is 0 where it is not known.
    """

    name: str
    checksum: str
    size_bytes: int = 0
    url: str = ""

    def suits(self, path: Path) -> bool:
        """Whether the file at ``path`` is this one, by its content."""
        if not path.is_file() or (self.size_bytes and path.stat().st_size != self.size_bytes):
            return False
        return digest(path, self.checksum.partition(":")[0]) == self.checksum


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model is for, whose it is and under which licence. ``needs`` is the command for its runtime."""

    id: str
    title: str
    purpose: str
    licence: str
    source: str
    files: tuple[ModelFile, ...]
    shipped: bool = False
    needs: str = ""

    @property
    def size_bytes(self) -> int:
        """How much there is to download, as far as it is known."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Model:
    """A model whose files were found to be the right ones."""

    card: ModelCard
    folder: Path

    def file(self, name: str = "") -> Path:
        """Give one of its files; without a name the first."""
        return self.folder / (name or self.card.files[0].name)

    @property
    def facts(self) -> dict[str, str]:
        """Give its name and checksums for a sidecar."""
        return {"model": self.card.id, **{file.name: file.checksum for file in self.card.files}}


@dataclass(slots=True)
class ModelStore:
    """The models in ``folder``, one sub-folder each, and those that come with the program."""

    folder: Path
    cards: Mapping[str, ModelCard]
    _checked: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, folder: Path, own_list: Path | None = None) -> ModelStore:
        """Open the store in ``folder``, which need not exist, with the models a person added in ``own_list``.

        Raises:
            UnusableInputError: the person's list is not written as it should be.
        """
        cards = dict(shipped_cards())
        if own_list is not None and own_list.is_file():
            cards |= read_cards(own_list)
        return cls(folder, cards)

    def card(self, model_id: str) -> ModelCard:
        """Give a model's card.

        Raises:
            UnusableInputError: no model has this name.
        """
        found = self.cards.get(model_id)
        if found is None:
            raise UnusableInputError(
                f"There is no model {model_id}.", f"Choose from: {', '.join(sorted(self.cards))}."
            )
        return found

    def place(self, model_id: str) -> Path:
        """Say where a model's files are or would be."""
        card = self.card(model_id)
        return resource("models", card.id) if card.shipped else self.folder / card.id

    def state(self, model_id: str) -> ModelState:
        """Look at a model's files and check them; once they were found good they are not read again."""
        card, folder = self.card(model_id), self.place(model_id)
        if model_id in self._checked:
            return ModelState.READY
        if not all((folder / file.name).is_file() for file in card.files):
            return ModelState.MISSING
        if not all(file.suits(folder / file.name) for file in card.files):
            return ModelState.DAMAGED
        self._checked.add(model_id)
        return ModelState.READY

    def get(self, model_id: str) -> Model:
        """Give a model that is ready to be loaded.

        Raises:
            MissingModelError: it is not here, or damaged.
        """
        card, state = self.card(model_id), self.state(model_id)
        if state is ModelState.READY:
            return Model(card, self.place(model_id))
        if card.shipped:
            raise MissingModelError(f"The built-in model {card.title} is {state}.", "Reinstall the program.")
        raise MissingModelError(
            f"The model {card.title} ({card.purpose}) is {state}.",
            f"Get it with: clappper models get {card.id}",
        )

    def has(self, model_id: str) -> bool:
        return self.state(model_id) is ModelState.READY

    def missing_files(self, model_id: str) -> tuple[ModelFile, ...]:
        """List the files that are still to be fetched."""
        folder = self.place(model_id)
        return tuple(file for file in self.card(model_id).files if not file.suits(folder / file.name))

    def take(self, model_id: str, file: ModelFile, part: Path) -> None:
        """Move a file that has arrived into its place, if it is the right one; else remove it.

        Raises:
            UnusableInputError: it is not.
            ClappperError: the model folder cannot be written.
        """
        if not file.suits(part):
            part.unlink(missing_ok=True)
            raise UnusableInputError(
                f"{file.name} of {self.card(model_id).title} is not the file it should be: "
                "its checksum differs.",
                "It may have been cut off or changed on the way. Fetch it again.",
            )
        self._move(part, self.place(model_id) / file.name)

    def bring(self, model_id: str, source: Path, licence: str, moment: datetime) -> None:
        """Take a model from a folder that holds its files, as on a machine without network.

        Raises:
            UnusableInputError: a file is missing or wrong, or the licence agreed to is another one.
            ClappperError: the model folder cannot be written.
        """
        card = self.card(model_id)
        wrong = [file.name for file in card.files if not file.suits(source / file.name)]
        if wrong:
            raise UnusableInputError(
                f"{source} does not hold {card.title}: {', '.join(wrong)} is missing or another file.",
                f"It comes from {card.source}.",
            )
        self.accept(model_id, licence, moment)
        for file in card.files:
            self._move(source / file.name, self.place(model_id) / file.name, keep=True)

    def accept(self, model_id: str, licence: str, moment: datetime) -> None:
        """Write down that a person agreed to a model's licence.

        Raises:
            UnusableInputError: it is not this model's licence.
        """
        card = self.card(model_id)
        if licence != card.licence:
            raise UnusableInputError(
                f"{card.title} comes under {card.licence}, not {licence or 'nothing'}.",
                f"Read it at {card.source} and agree to it by its name.",
            )
        folder = self.place(model_id)
        with _disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            page = {"licence": licence, "accepted": moment.isoformat(), "source": card.source}
            (folder / ACCEPTED).write_text(json.dumps(page, indent=1), "utf-8")

    def remove(self, model_id: str) -> None:
        """Delete a downloaded model.

        Raises:
            UnusableInputError: it is part of the program.
        """
        if self.card(model_id).shipped:
            raise UnusableInputError(f"{model_id} is part of the program and stays.")
        self._checked.discard(model_id)
        shutil.rmtree(self.place(model_id), ignore_errors=True)

    def _move(self, source: Path, home: Path, *, keep: bool = False) -> None:
        part = home.with_name(f".{home.name}.part")
        with _disk_errors(home):
            home.parent.mkdir(parents=True, exist_ok=True)
            if keep:
                shutil.copyfile(source, part)
                part.replace(home)
            else:
                shutil.move(source, home)


def digest(path: Path, kind: str) -> str:
    """Give a file's checksum with its kind in front: ``sha256`` or ``git`` (SHA-1 of a Git blob)."""
    if kind == "git":
        sum_ = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    else:
        sum_ = hashlib.sha256()
    with path.open("rb") as reader:
        while chunk := reader.read(CHUNK_BYTES):
            sum_.update(chunk)
    return f"{kind}:{sum_.hexdigest()}"


@cache
def shipped_cards() -> Mapping[str, ModelCard]:
    """Read the program's own list."""
    return read_cards(resource("models", "catalog.toml"))


def read_cards(path: Path) -> dict[str, ModelCard]:
    """Read a list of models.

    Raises:
        UnusableInputError: it is not TOML, or lacks something.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
        return {model_id: _card(_plain(model_id), table) for model_id, table in tables.items()}
    except (
        OSError,
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise UnusableInputError(
            f"{path} is not a list of models: {type(error).__name__} {error}.",
            "Each model needs title, purpose, licence, source and files with name, checksum and url.",
        ) from error


def _card(model_id: str, table: dict[str, Any]) -> ModelCard:
    files = (
        ModelFile(entry["name"], entry["checksum"], entry.get("bytes", 0), entry.get("url", ""))
        for entry in table["files"]
    )
    words = {name: table[name] for name in ("title", "purpose", "licence", "source")}
    return ModelCard(
        id=model_id,
        files=_safe(files),
        shipped=table.get("shipped", False),
        needs=table.get("needs", ""),
        **words,
    )


def _plain(name: str) -> str:
    """Refuse a name that leads elsewhere."""
    if name in {"", ".", ".."} or Path(name).name != name or "\\" in name:
        raise KeyError(name)
    return name


def _safe(files: Iterable[ModelFile]) -> tuple[ModelFile, ...]:
    """Refuse names that lead elsewhere, and checksums of a kind nobody here can take."""
    kept = tuple(files)
    for file in kept:
        if file.checksum.partition(":")[0] not in {"sha256", "git"}:
            raise KeyError(file.checksum)
        _plain(file.name)
    return kept


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into a sentence."""
    try:
        yield
    except OSError as error:
        raise ClappperError(
            f"{path} cannot be written: {error.strerror}.", "Check the disk and the folder."
        ) from error
