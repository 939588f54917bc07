"""The page beside a file that was made here from another one, outside any project."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from clappper.jobs.ingest import examine
from clappper.store import sidecar
from clappper.store.files import sha256_of
from clappper.store.sidecar import MediaPage, ProviderPack, Sidecar


def describe(made: Path, source: Path, work: str, facts: dict[str, Any], moment: datetime) -> None:
    """Write the sidecar of ``made``: what it is, what it was made from, and by what.

    Raises:
        StorageError: the disk does not take it.
    """
    found = examine(made)
    page = Sidecar(
        media=MediaPage(
            name=made.name,
            kind=found.kind,
            sha256=found.sha256,
            size_bytes=found.size_bytes,
            facts=found.facts,
        ),
        origin=work,
        created=moment.isoformat(),
        provider_pack=ProviderPack(
            provider="local",
            model=work,
            remote_id="",
            sent={"source": source.name, "source_sha256": sha256_of(source), **facts},
        ),
    )
    sidecar.write(made, page)
