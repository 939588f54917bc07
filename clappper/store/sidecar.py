"""The page that lies beside every media file: how it was made, what it cost, what went wrong.

It is complete without the database, so a file keeps its story when it leaves the project.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clappper.base.errors import UnusableInputError
from clappper.store.files import write_atomically

SCHEMA_VERSION = 1


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MediaPage(_Page):
    """The file itself, so that a changed or swapped one is noticed."""

    name: str
    kind: str
    sha256: str
    size_bytes: int
    facts: dict[str, Any]


class PromptPack(_Page):
    """What was asked for."""

    kind: str
    prompt: str
    negative: str = ""
    seconds: float
    aspect: str
    width: int
    height: int
    fps: float
    files: tuple[dict[str, Any], ...] = ()
    options: dict[str, Any] = Field(default_factory=dict)


class ProviderPack(_Page):
    """Who made it, and what they were really sent.

    ``brand_line`` must be shown with it. ``licence`` is ok, nc (not for commerce) or unknown.
    """

    provider: str
    model: str
    remote_id: str
    sent: dict[str, Any]
    brand_line: str = ""
    licence: str = "ok"


class CostPage(_Page):
    """Micro-dollars. ``None`` is unknown, not zero."""

    estimated_low: int | None
    estimated_high: int | None
    actual: int | None
    billed: str


class FaultPage(_Page):
    """One attempt that failed on the way."""

    attempt: int
    fault: str
    message: str


class Sidecar(_Page):
    """Everything known about one file. ``seconds_to_make`` runs from submit to ingest.

    ``badge`` is a lasting mark, such as *generated anyway* where preflight had blocked the brief. ``route``
    says in words why this provider made it, and what failed before.
    """

    schema_version: int = Field(default=SCHEMA_VERSION, le=SCHEMA_VERSION, ge=1)
    media: MediaPage
    origin: str
    created: str
    job_id: str = ""
    attempt: int = 0
    prompt_pack: PromptPack | None = None
    provider_pack: ProviderPack | None = None
    seeds: tuple[int, ...] = ()
    cost: CostPage | None = None
    seconds_to_make: float | None = None
    badge: str = ""
    route: str = ""
    errors: tuple[FaultPage, ...] = ()
    metrics: dict[str, float] = Field(default_factory=dict)


def path_of(media: Path) -> Path:
    """Name the sidecar of ``media``: ``clip.mp4`` has ``clip.mp4.json``."""
    return media.with_name(f"{media.name}.json")


def write(media: Path, sidecar: Sidecar) -> None:
    """Write the sidecar of ``media`` in one atomic step.

    Raises:
        StorageError: the disk does not take it.
    """
    write_atomically(path_of(media), sidecar.model_dump_json(indent=2).encode())


def read(media: Path) -> Sidecar:
    """Read the sidecar of ``media``.

    Raises:
        UnusableInputError: it is missing, damaged, or newer than this program.
    """
    path = path_of(media)
    try:
        return Sidecar.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UnusableInputError(f"{path} is missing or is not a sidecar that this program knows.") from error
