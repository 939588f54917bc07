"""fal: a queue for many models, Pika among them. Whether a job went well is known from its result alone.

A remote id is ``<owner>/<app>:<request id>``, because the queue asks for both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.providers.answers import Answer, message_of, usual_fault
from clappper.providers.cloud import CloudService
from clappper.providers.contract import (
    CancelOutcome,
    FaultKind,
    GenRequest,
    InputFile,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.providers.findings import fraction_in, identity, last_line, outputs_in
from clappper.providers.http import Api, bearer, send_without_key
from clappper.providers.inputs import from_openapi
from clappper.providers.keys import KEYS
from clappper.providers.uploads import Limits, file_name, mime_of
from clappper.providers.workbench import Workbench

NAME = "fal"
HOSTS = ("fal.media", ".fal.media")
LIMITS = Limits(largest_bytes=100_000_000, inline_bytes=256_000)
LIFETIME = {"X-Fal-Object-Lifecycle-Preference": '{"expiration_duration_seconds": 86400}'}
"""Whoever knows a result's address can see it there, so it is not kept for longer than a day."""
PROBE = "/fal-ai/pika/requests/00000000-0000-4000-8000-000000000000/status"
"""Asking for a job that nobody has: a good key is answered that there is none."""
NO_MONEY = ("balance", "exhausted", "locked")
REFUSED = frozenset({400, 401, 403, 404, 408, 422, 429})
POLICY = ("content_policy", "nsfw", "moderation", "safety")
PASSING = ("downstream_service", "runner_", "startup_timeout", "request_timeout", "internal_server_error")


class Fal(CloudService):
    """Generates through fal's queue."""

    def __init__(self, bench: Workbench) -> None:
        key = KEYS[NAME]
        carried = bearer(bench, key, "Key")
        api = Api(bench, "fal", bench.settings.fal_queue_url, carried, _explain)
        super().__init__(bench, NAME, key, api, HOSTS, LIMITS)
        self._storage = Api(bench, "fal", bench.settings.fal_rest_url, carried, _explain)
        self._platform = Api(bench, "fal", bench.settings.fal_platform_url, carried, _explain)

    async def submit(self, request: GenRequest) -> str:
        body = await self._body(request)
        path = self._catalog.way(request).path
        address = self._bench.settings.webhook_url
        told = {"fal_webhook": f"{address}/{NAME}"} if address else None
        answer = await self._api.create(f"/{path}", body, headers=LIFETIME, query=told)
        return f"{'/'.join(path.split('/')[:2])}:{identity(answer.record(), 'request_id')}"

    async def poll(self, remote_id: str) -> Progress:
        path = _path(remote_id)
        said = await self._api.get(f"{path}/status", logs="1")
        status = str(said.get("status"))
        logs = "\n".join(str(line.get("message", "")) for line in said.get("logs") or ())
        if status == "COMPLETED":
            return await self._result(path)
        if status == "IN_QUEUE":
            place = said.get("queue_position")
            ahead = place if isinstance(place, int) else None
            stage = "" if ahead is None else f"{ahead} before it in the queue"
            return Progress(RemoteState.QUEUED, None, stage, queue_position=ahead, poll_after_seconds=2.0)
        fraction = fraction_in(logs)
        stage = last_line(logs) if fraction is None else ""
        return Progress(RemoteState.RUNNING, fraction, stage, poll_after_seconds=3.0)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        path = _path(remote_id)
        was = str((await self._api.get(f"{path}/status")).get("status"))
        answer = await self._api.call("PUT", f"{path}/cancel", fine=frozenset({400, 404}))
        if answer.status >= 400:
            return CancelOutcome(stopped=False, still_billed=True, detail="It had already ended.")
        return CancelOutcome(stopped=True, still_billed=False if was == "IN_QUEUE" else None)

    async def refresh(self) -> tuple[str, ...]:
        """Read the schemas of all endpoints anew; gives those that changed."""
        read = {}
        today = f"{self._bench.clock.now():%Y-%m-%d}"
        paths = {way.path for model in self._catalog.models.values() for way in model.ways.values()}
        for path in sorted(paths):
            said = await self._platform.get("/models", endpoint_id=path, expand="openapi-3.0")
            schemas, name = _input_schema(said, path)
            if name:
                read[path] = from_openapi(schemas, name, version="", as_of=today)
        return await asyncio.to_thread(self._catalog.learn, read)

    async def webhook_keys(self) -> tuple[str, ...]:
        keys = (await self._storage.get("/.well-known/jwks.json")).get("keys") or ()
        return tuple(str(key.get("x", "")) for key in keys if isinstance(key, Mapping))

    async def aclose(self) -> None:
        for api in (self._api, self._storage, self._platform):
            await api.aclose()

    async def _greet(self) -> str:
        await self._api.call("GET", PROBE, fine=frozenset({404}))
        return "The key is accepted."

    async def _result(self, path: str) -> Progress:
        answer = await self._api.call("GET", path, fine=REFUSED | {500, 502, 503, 504})
        if answer.status == 200:
            outputs = outputs_in(answer.record())
            if outputs:
                return Progress(RemoteState.SUCCEEDED, 1.0, outputs=outputs)
            return _failed(ProviderFault(FaultKind.MODEL, "The model succeeded and delivered nothing."))
        is_its_own = "x-fal-error-type" in answer.headers or answer.status in {400, 422}
        if not is_its_own:
            fault = usual_fault("fal", answer, self._bench.clock)
            raise ProviderError(_explain(answer) or fault)
        if answer.status == 400 and "progress" in message_of(answer).lower():
            return Progress(RemoteState.RUNNING)
        return _failed(_failure(answer))

    async def _upload(self, file: InputFile, data: bytes) -> str:
        mime = mime_of(file)
        wish = {"file_name": file_name(file), "content_type": mime}
        path = "/storage/upload/initiate"
        said = (await self._storage.call("POST", path, wish, query={"storage_type": "gcs"})).record()
        target = str(said.get("upload_url", ""))
        headers = {"Content-Type": mime}
        await send_without_key(self._bench, "fal", "PUT", target, content=data, headers=headers)
        return str(said.get("file_url") or "")


def create(bench: Workbench) -> Fal:
    return Fal(bench)


def _path(remote_id: str) -> str:
    app, _, request_id = remote_id.partition(":")
    if app.count("/") != 1 or not request_id:
        raise UnusableInputError(
            f"{remote_id!r} is no job of fal's.", "Give it as owner/app:request id, fal-ai/pika:764cabcf."
        )
    return f"/{app}/requests/{request_id}"


def _explain(answer: Answer) -> ProviderFault | None:
    said = message_of(answer)
    if answer.status == 403 and any(word in said.lower() for word in NO_MONEY):
        return ProviderFault(FaultKind.BILLING, f"fal wants to be paid first: {said}", "Add credit there.")
    if answer.status == 422 and any(word in answer.body.decode("utf-8", "replace") for word in POLICY):
        return ProviderFault(FaultKind.POLICY, f"fal refuses what the prompt shows: {said}", "Change it.")
    return None


def _failure(answer: Answer) -> ProviderFault:
    """Say why a job failed, by the type of its error and its words."""
    said = message_of(answer)
    words = f"{answer.headers.get('x-fal-error-type', '')} {answer.body.decode('utf-8', 'replace')}".lower()
    if any(word in words for word in POLICY):
        return ProviderFault(FaultKind.POLICY, said, "Change the prompt: the service refuses what it shows.")
    if any(word in words for word in PASSING):
        return ProviderFault(FaultKind.TRANSIENT_MODEL, said)
    return ProviderFault(FaultKind.INVALID if answer.status == 422 else FaultKind.MODEL, said)


def _failed(fault: ProviderFault) -> Progress:
    return Progress(RemoteState.FAILED, error=fault)


def _input_schema(said: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], str]:
    """Find the schema of what is posted to an endpoint; an empty name where it is not told."""
    for model in said.get("models") or ():
        document = model.get("openapi") if isinstance(model, dict) else None
        if not isinstance(document, dict):
            continue
        posted = (document.get("paths") or {}).get(f"/{path}", {}).get("post", {})
        content = posted.get("requestBody", {}).get("content", {}).get("application/json", {})
        reference = str(content.get("schema", {}).get("$ref", ""))
        return document.get("components", {}).get("schemas", {}), reference.rpartition("/")[2]
    return {}, ""
