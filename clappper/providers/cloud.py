"""What adapters of services with a key have in common: models as data, one client, guarded downloads."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.base.secrets import KeyName
from clappper.providers.catalog import Catalog
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    InputFile,
    Issue,
    Output,
    ProviderError,
)
from clappper.providers.downloads import Downloads
from clappper.providers.findings import moment
from clappper.providers.fitting import demand_valid
from clappper.providers.http import Api, no_key
from clappper.providers.uploads import NO_FILES, Limits, Uploads
from clappper.providers.workbench import Workbench


class CloudService(ABC):
    """A service behind a key. ``hosts`` are those that its results lie on, ``limits`` say what it takes."""

    def __init__(
        self,
        bench: Workbench,
        name: str,
        key: KeyName,
        api: Api,
        hosts: Iterable[str],
        limits: Limits = NO_FILES,
    ) -> None:
        self.name = name
        self._bench = bench
        self._key = key
        self._api = api
        self._catalog = Catalog(bench, name)
        self._downloads = Downloads(bench, api.name, hosts)
        self._uploads = Uploads(bench.clock, self._upload, limits)

    def models(self) -> tuple[Capabilities, ...]:
        return self._catalog.capabilities()

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return self._catalog.validate(request)

    def estimate(self, request: GenRequest) -> Estimate:
        return self._catalog.estimate(request)

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return {"model": request.model} | self._catalog.sent(request)

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        del remote_id
        await self._downloads.fetch(output.location, destination, is_media=output.role != "file")

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        """Most services cannot be asked for what they accepted."""
        del request, since, known
        return None

    async def aclose(self) -> None:
        await self._api.aclose()

    async def check(self) -> Health:
        """Try the key at a place that costs nothing."""
        if await asyncio.to_thread(self._bench.secrets.get, self._key) is None:
            missing = no_key(self._key)
            return Health(ready=False, detail=missing.message, hint=missing.hint)
        try:
            return Health(ready=True, detail=await self._greet())
        except ProviderError as error:
            return Health(ready=False, detail=error.fault.message, hint=error.fault.hint)

    @abstractmethod
    async def _greet(self) -> str:
        """Ask for something free that needs the key, and say what came back."""

    async def _upload(self, file: InputFile, data: bytes) -> str:
        """Bring a file to the service and say how requests name it, where it takes files at all."""
        del file, data
        raise UnusableInputError(f"{self._api.name} takes no files.", "Take the file out of the request.")

    def _place(self, named: str) -> Any:
        """Word what ``_upload`` said, or a ``data:`` address, as requests want it."""
        return named

    async def _body(self, request: GenRequest) -> dict[str, Any]:
        """Word a request for the service, once it is known to be valid and its files are there.

        Raises:
            UnusableInputError: the model cannot do that, or a file cannot be sent.
            ProviderError: a file could not be brought there; nothing is paid yet.
        """
        demand_valid(self.validate(request))
        places = await self._uploads.place(self._catalog.files(request))
        return self._catalog.body(request, lambda file: self._place(places[file.path]))

    def _age(self, said: Mapping[str, Any]) -> float:
        """Say how many seconds ago a job was made; 0 where its record does not tell."""
        made = moment(said.get("created_at"))
        return max((self._bench.clock.now() - made).total_seconds(), 0.0) if made else 0.0


def kind_of_failure(message: str, rows: Iterable[tuple[FaultKind, tuple[str, ...]]]) -> FaultKind:
    """Say what kind of failure a generation's message tells of; the first row with a fitting mark counts."""
    text = message.lower()
    return next((kind for kind, marks in rows if any(mark in text for mark in marks)), FaultKind.MODEL)
