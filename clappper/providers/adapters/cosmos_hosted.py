"""NVIDIA's hosted Cosmos models. Experimental: a trial service, whose addresses may change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from clappper.providers.answers import Answer, message_of
from clappper.providers.catalog import name_of
from clappper.providers.cloud import CloudService
from clappper.providers.contract import (
    CancelOutcome,
    FaultKind,
    GenRequest,
    Health,
    InputFile,
    Output,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.providers.fitting import demand_valid
from clappper.providers.http import Api, bearer
from clappper.providers.keys import KEYS
from clappper.providers.local import copy_whole
from clappper.providers.nim.answers import keep, unpack
from clappper.providers.nim.bodies import Dialect, body_of, source_of
from clappper.providers.uploads import before_paying, data_address, read_input
from clappper.providers.workbench import Workbench

NAME = "cosmos_hosted"
LARGEST_INPUT = 5_000_000
POLL_SECONDS = 5.0
REQUEST_ID = "nvcf-reqid"
NOBODYS_JOB = "00000000-0000-4000-8000-000000000000"
"""Asking for it tries a key at no cost."""
GONE = ProviderFault(FaultKind.EXPIRED, "The result is no longer here.")
OFF = ProviderFault(
    FaultKind.SETUP,
    "NVIDIA's hosted Cosmos is an experiment and switched off.",
    "Set cosmos_hosted = true in the settings, and store a key with: clappper keys set cosmos.",
)


class CosmosHosted(CloudService):
    """Generates at NVIDIA's trial service. What it answers is kept until it is fetched."""

    def __init__(self, bench: Workbench) -> None:
        settings, key = bench.settings, KEYS["cosmos"]
        carried = bearer(bench, key)
        super().__init__(
            bench, NAME, key, Api(bench, "NVIDIA", settings.cosmos_hosted_url, carried, _explain), ()
        )
        self._status = Api(bench, "NVIDIA", settings.cosmos_hosted_status_url, carried, _explain)
        self._is_on = settings.cosmos_hosted
        self._folder = bench.scratch / NAME

    def sent(self, request: GenRequest) -> dict[str, Any]:
        model = self._catalog.model(request.model).capabilities
        return {"model": request.model} | body_of(Dialect.PREDICT, request, model, name_of)

    async def check(self) -> Health:
        if not self._is_on:
            return Health(ready=False, detail=OFF.message, hint=OFF.hint)
        return await super().check()

    async def submit(self, request: GenRequest) -> str:
        if not self._is_on:
            raise ProviderError(OFF)
        demand_valid(self.validate(request))
        source = source_of(request)
        with before_paying():
            data = await asyncio.to_thread(_inline, source) if source else ""
        model = self._catalog.model(request.model).capabilities
        body = body_of(Dialect.PREDICT, request, model, lambda _: data)
        answer = await self._api.create(f"/{request.model}", body)
        remote_id = answer.headers.get(REQUEST_ID) or f"now-{request.key}"
        if answer.status == 200:
            await self._unpacked(remote_id, answer)
        return remote_id

    async def poll(self, remote_id: str) -> Progress:
        found = await asyncio.to_thread(self._found, remote_id)
        if found is None:
            answer = await self._status.call("GET", f"/{remote_id}", fine=frozenset({302}))
            if answer.status == 302:
                fault = ProviderFault(
                    FaultKind.MODEL, "NVIDIA offers the result as an archive; it is not read."
                )
                return Progress(RemoteState.FAILED, error=fault)
            if answer.status != 200:
                return Progress(RemoteState.RUNNING, poll_after_seconds=POLL_SECONDS)
            found = await self._unpacked(remote_id, answer)
        return Progress(RemoteState.SUCCEEDED, 1.0, outputs=(Output(str(found), "video/mp4"),))

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        del remote_id
        await copy_whole(Path(output.location), destination, GONE)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        """There is no cancel; nothing is sent."""
        del remote_id
        return CancelOutcome(stopped=False, still_billed=True, detail="NVIDIA cannot stop what it has begun.")

    async def aclose(self) -> None:
        await self._status.aclose()
        await super().aclose()

    async def _greet(self) -> str:
        await self._status.call("GET", f"/{NOBODYS_JOB}", fine=frozenset({400, 404}))
        return "The key is accepted. An experiment: NVIDIA's trial service."

    def _found(self, remote_id: str) -> Path | None:
        return next(iter(self._folder.glob(f"{_stem(remote_id)}.mp4")), None)

    async def _unpacked(self, remote_id: str, answer: Answer) -> Path:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        whole = self._folder / f"{_stem(remote_id)}.json"
        try:
            await keep(_one(answer.body), whole)
            return await asyncio.to_thread(unpack, whole, self._folder / _stem(remote_id))
        finally:
            whole.unlink(missing_ok=True)


def create(bench: Workbench) -> CosmosHosted:
    return CosmosHosted(bench)


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _stem(remote_id: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in remote_id)


def _inline(file: InputFile) -> str:
    return data_address(file, read_input(file, LARGEST_INPUT))


def _explain(answer: Answer) -> ProviderFault | None:
    said = message_of(answer)
    if answer.status == 422 and any(word in said.lower() for word in ("guardrail", "unsafe", "blocked")):
        return ProviderFault(
            FaultKind.POLICY, f"NVIDIA refuses what the prompt shows: {said}", "Change the prompt."
        )
    return None
