"""Replicate: many models behind one API. It lists what it accepted, so a lost answer can be cleared up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from clappper.base.units import Money
from clappper.providers.cloud import CloudService, kind_of_failure
from clappper.providers.contract import (
    CancelOutcome,
    FaultKind,
    GenRequest,
    InputFile,
    Kind,
    Progress,
    ProviderFault,
    RemoteState,
)
from clappper.providers.findings import fraction_in, identity, last_line, moment, outputs_in, pause_after
from clappper.providers.http import Api, bearer
from clappper.providers.inputs import from_openapi
from clappper.providers.keys import KEYS
from clappper.providers.uploads import Limits, before_paying, file_name, mime_of
from clappper.providers.workbench import Workbench

NAME = "replicate"
HOSTS = ("replicate.delivery", ".replicate.delivery")
DEADLINE = "30m"
"""The service itself ends what takes longer, so that a closed editor leaves nothing burning money."""
LIMITS = Limits(largest_bytes=100_000_000, inline_bytes=256_000)
TRAININGS, PREDICTIONS = "trainings", "predictions"
MOST_PAGES = 50
STATES = {
    "starting": RemoteState.QUEUED,
    "processing": RemoteState.RUNNING,
    "succeeded": RemoteState.SUCCEEDED,
    "failed": RemoteState.FAILED,
    "canceled": RemoteState.CANCELED,
    "aborted": RemoteState.CANCELED,
}
BOOTING_SECONDS = 10.0
HINTS = {
    FaultKind.RESOURCE: "Ask for a shorter clip or a smaller picture.",
    FaultKind.POLICY: "Change the prompt: the service refuses what it shows.",
}
FAILURES = (
    (FaultKind.RESOURCE, ("e1001", "out of memory")),
    (FaultKind.POLICY, ("e005", "flagged as sensitive", "nsfw", "moderation")),
    (
        FaultKind.TRANSIENT_MODEL,
        ("(code: pa)", "interrupted", "e8765", "e9828", "director: unexpected", "e1000"),
    ),
)


class Replicate(CloudService):
    """Generates and trains. A training's remote id begins with ``trainings/``."""

    def __init__(self, bench: Workbench) -> None:
        key = KEYS[NAME]
        api = Api(bench, "Replicate", bench.settings.replicate_base_url + "/v1", bearer(bench, key))
        super().__init__(bench, NAME, key, api, HOSTS, LIMITS)

    async def submit(self, request: GenRequest) -> str:
        body = {"input": await self._body(request)}
        if request.kind is Kind.TRAIN:
            return await self._train(request, body)
        version = self._catalog.way(request).inputs.version
        path = "/predictions" if version else f"/models/{request.model}/predictions"
        whole = body | ({"version": version} if version else {}) | self._call_back()
        answer = await self._api.create(path, whole, headers={"Cancel-After": DEADLINE})
        return identity(answer.record())

    async def poll(self, remote_id: str) -> Progress:
        return self._progress(await self._api.get(_path(remote_id)))

    async def cancel(self, remote_id: str) -> CancelOutcome:
        said = (await self._api.call("POST", f"{_path(remote_id)}/cancel")).record()
        state = STATES.get(str(said.get("status")), RemoteState.RUNNING)
        if state in {RemoteState.SUCCEEDED, RemoteState.FAILED}:
            return CancelOutcome(stopped=False, still_billed=True, detail="It had already finished.")
        never_began = said.get("status") == "aborted" or not said.get("started_at")
        return CancelOutcome(stopped=True, still_billed=not never_began)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        wanted = self._fingerprint(request)
        what = TRAININGS if request.kind is Kind.TRAIN else PREDICTIONS
        found = [
            _named(what, record)
            async for record in self._listed(what, since)
            if _resembles(record, wanted) and _named(what, record) not in known
        ]
        return found[-1] if found else None

    async def refresh(self) -> tuple[str, ...]:
        """Read the schemas of all models anew; gives the names of those that changed."""
        read = {}
        today = f"{self._bench.clock.now():%Y-%m-%d}"
        for name, model in self._catalog.models.items():
            if Kind.TRAIN in model.ways:
                continue
            said = await self._api.get(f"/models/{name}")
            latest = said.get("latest_version") or {}
            schemas = (latest.get("openapi_schema") or {}).get("components", {}).get("schemas", {})
            if "Input" in schemas:
                version = "" if said.get("is_official") else str(latest.get("id", ""))
                read[name] = from_openapi(schemas, "Input", version=version, as_of=today)
        return await asyncio.to_thread(self._catalog.learn, read)

    async def webhook_keys(self) -> tuple[str, ...]:
        return (str((await self._api.get("/webhooks/default/secret")).get("key", "")),)

    def _call_back(self) -> dict[str, Any]:
        """Ask to be told of the end, where somebody listens."""
        address = self._bench.settings.webhook_url
        if not address:
            return {}
        return {"webhook": f"{address}/{NAME}", "webhook_events_filter": ["completed"]}

    async def _greet(self) -> str:
        account = await self._api.get("/account")
        return f"Signed in as {account.get('username', 'somebody')}."

    async def _upload(self, file: InputFile, data: bytes) -> str:
        part = {"content": (file_name(file), data, mime_of(file))}
        said = (await self._api.call("POST", "/files", files=part)).record()
        return str((said.get("urls") or {}).get("get") or "")

    async def _train(self, request: GenRequest, body: dict[str, Any]) -> str:
        """Start a training: its destination is made if need be, its trainer's version asked for."""
        with before_paying():
            destination = await self._destination(request)
            model = await self._api.get(f"/models/{request.model}")
            version = str((model.get("latest_version") or {}).get("id", ""))
        path = f"/models/{request.model}/versions/{version}/trainings"
        answer = await self._api.create(path, body | {"destination": destination})
        return f"{TRAININGS}/{identity(answer.record())}"

    async def _destination(self, request: GenRequest) -> str:
        named = str(request.extra.get("destination", ""))
        owner, _, name = named.partition("/")
        if not name:
            owner = str((await self._api.get("/account")).get("username", ""))
            name = named or f"clappper-{request.key}".lower()
        wish = {"owner": owner, "name": name, "visibility": "private", "hardware": "gpu-t4"}
        await self._api.call("POST", "/models", wish, fine=frozenset({409, 422}))
        return f"{owner}/{name}"

    def _progress(self, said: Mapping[str, Any]) -> Progress:
        state = STATES.get(str(said.get("status")), RemoteState.RUNNING)
        logs = str(said.get("logs") or "")
        age = self._age(said)
        outputs = outputs_in(said.get("output")) if state is RemoteState.SUCCEEDED else ()
        error = _failure(said, state)
        if state is RemoteState.SUCCEEDED and not outputs:
            state, error = RemoteState.FAILED, _removed(said)
        return Progress(
            state,
            1.0 if state is RemoteState.SUCCEEDED else fraction_in(logs),
            _stage(said, age, logs),
            outputs,
            self._cost(said),
            error,
            pause_after(age),
            {name: said[name] for name in ("model", "version") if said.get(name)},
        )

    def _cost(self, said: Mapping[str, Any]) -> Money | None:
        """Work out what GPU time cost; other prices the service does not state."""
        seconds = (said.get("metrics") or {}).get("predict_time")
        model = self._catalog.models.get(str(said.get("model")))
        price = model.capabilities.price if model else None
        if said.get("status") == "aborted":
            return Money()
        if not isinstance(seconds, int | float) or price is None or price.unit != "gpu_second":
            return None
        return Money(round(price.amount.micros * seconds))

    def _fingerprint(self, request: GenRequest) -> Mapping[str, Any]:
        """Say by what a request is known again: its model, and all inputs but the addresses of files."""
        flat = self._catalog.arguments(request, lambda _: "https:")
        plain = {name: value for name, value in flat.items() if not _is_address(value)}
        return {"model": request.model, "input": plain}

    async def _listed(self, what: str, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """Go through the service's own list, newest first, back to a moment."""
        page = await self._api.get(f"/{what}", created_after=since.isoformat())
        for _ in range(MOST_PAGES):
            for record in page.get("results") or ():
                made = moment(record.get("created_at"))
                if made and made < since:
                    return
                yield record
            onward = page.get("next")
            if not isinstance(onward, str) or not onward:
                return
            page = await self._api.get(onward)


def create(bench: Workbench) -> Replicate:
    return Replicate(bench)


def _path(remote_id: str) -> str:
    return f"/{remote_id}" if remote_id.startswith(f"{TRAININGS}/") else f"/{PREDICTIONS}/{remote_id}"


def _named(what: str, record: Mapping[str, Any]) -> str:
    remote_id = str(record.get("id"))
    return f"{TRAININGS}/{remote_id}" if what == TRAININGS else remote_id


def _is_address(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_address, value))
    return isinstance(value, str) and value.startswith(("https:", "http:", "data:"))


def _resembles(record: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a listed job is the wanted one: all plain inputs are the same, all others are files."""
    given = record.get("input")
    if record.get("model") != wanted["model"] or not isinstance(given, dict):
        return False
    plain = {name: value for name, value in given.items() if not _is_address(value)}
    return bool(plain == wanted["input"])


def _failure(said: Mapping[str, Any], state: RemoteState) -> ProviderFault | None:
    message = str(said.get("error") or "")[:300]
    if said.get("status") == "aborted":
        return ProviderFault(FaultKind.TRANSIENT_MODEL, "It did not begin before its deadline.")
    if state is not RemoteState.FAILED:
        return None
    kind = kind_of_failure(message, FAILURES)
    return ProviderFault(kind, message or "The model failed and did not say why.", HINTS.get(kind, ""))


def _removed(said: Mapping[str, Any]) -> ProviderFault:
    if said.get("data_removed"):
        return ProviderFault(FaultKind.EXPIRED, "Replicate has deleted the result, as it does after an hour.")
    return ProviderFault(FaultKind.MODEL, "The model succeeded and delivered nothing.")


def _stage(said: Mapping[str, Any], age: float, logs: str) -> str:
    status = str(said.get("status"))
    if status == "starting":
        return "the model is booting" if age > BOOTING_SECONDS else "starting"
    if status in STATES:
        return last_line(logs) if fraction_in(logs) is None else ""
    return status
