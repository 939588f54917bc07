"""What adapters of services with a key have in common: models as data, one client, guarded downloads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
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
    Issue,
    Output,
    ProviderError,
)
from clappper.providers.downloads import Downloads
from clappper.providers.http import Api, no_key
from clappper.providers.workbench import Workbench


class CloudService:
    """A service behind a key. ``hosts`` are those that its results lie on."""

    def __init__(self, bench: Workbench, name: str, key: KeyName, api: Api, hosts: Iterable[str]) -> None:
        self.name = name
        self._bench = bench
        self._key = key
        self._api = api
        self._catalog = Catalog(bench, name)
        self._downloads = Downloads(bench, api.name, hosts)

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

    async def _greet(self) -> str:
        """Ask for something free that needs the key, and say what came back."""
        raise NotImplementedError

    def _demand_valid(self, request: GenRequest) -> None:
        """Refuse what the model cannot do before anything is sent.

        Raises:
            UnusableInputError: it cannot.
        """
        for issue in self.validate(request):
            if issue.blocking:
                raise UnusableInputError(issue.message)


def kind_of_failure(message: str, rows: Iterable[tuple[FaultKind, tuple[str, ...]]]) -> FaultKind:
    """Say what kind of failure a generation's message tells of; the first row with a fitting mark counts."""
    text = message.lower()
    return next((kind for kind, marks in rows if any(mark in text for mark in marks)), FaultKind.MODEL)
