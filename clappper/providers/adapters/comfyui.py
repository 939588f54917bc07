"""A ComfyUI server of one's own: any workflow, steps and pictures while it works, free of charge.

The id of a job is ours, made of the request's key, so that nothing is ever done twice unawares.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import Money
from clappper.providers.answers import Answer, message_of
from clappper.providers.catalog import Catalog
from clappper.providers.comfy import workflows
from clappper.providers.comfy.watch import Watch
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    InputFile,
    Issue,
    Output,
    Price,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.providers.downloads import Downloads
from clappper.providers.findings import identity
from clappper.providers.fitting import demand_valid, fits
from clappper.providers.http import Api
from clappper.providers.uploads import Limits, Uploads, before_paying, file_name, mime_of
from clappper.providers.workbench import Workbench

NAME = "comfyui"
KEYS_OF_OURS = uuid.UUID("6f3c1a54-8f0b-4a55-9a0e-0b6c2f1d7e21")
FREE = Price("clip", Money(), "2026-11-30")
KNOWN_SECONDS = 600.0
LIMITS = Limits(largest_bytes=500_000_000, lifetime_seconds=3600.0)
POLL_SECONDS = 2.0
GIGABYTE = 1 << 30
NO_SERVER = ProviderFault(
    FaultKind.SETUP,
    "No ComfyUI server is set up.",
    "Start ComfyUI and set comfyui_url in the settings, usually to http://127.0.0.1:8188.",
)


class ComfyUi:
    """Runs workflows on a server of one's own."""

    name = NAME

    def __init__(self, bench: Workbench) -> None:
        base = bench.settings.comfyui_url
        self._base = base
        self._clock = bench.clock
        self._folder = bench.settings.comfyui_workflows
        self._api = Api(bench, "ComfyUI", base or "http://127.0.0.1:0", dict, _explain)
        self._downloads = Downloads(bench, "ComfyUI", (), own=(base,) if base else ())
        self._client_id = str(uuid.uuid4())
        self._watch = Watch(base, self._client_id, bench.scratch, bench.clock)
        self._catalog = Catalog(bench, NAME)
        self._nodes: tuple[float, Mapping[str, Any]] = (float("-inf"), {})
        self._uploads = Uploads(bench.clock, self._upload, LIMITS)

    def models(self) -> tuple[Capabilities, ...]:
        return tuple(self._models.values())

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        issues = list(fits(request, self._model(request)))
        graph = self._graph(request.model)
        for mark in ("first_frame", "last_frame", "source_video"):
            has = any(file is not None for file in workflows.files_of({**_only(graph, mark)}, request))
            if mark in workflows.marks(graph) and not has:
                issues.append(Issue("files", f"{request.model} needs a {mark.replace('_', ' ')}."))
        return tuple(issues)

    def estimate(self, request: GenRequest) -> Estimate:
        del request
        return Estimate(Money(), Money(), None, "made on a server of your own")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        names = {file.path: f"{file.role}:sha256:{file.sha256}" for file in request.files}
        return {"workflow": request.model, "prompt": self._filled(request, names)}

    async def check(self) -> Health:
        """Ask the server how it is, and which workflows it has all nodes and models for."""
        if not self._base:
            return Health(ready=False, detail=NO_SERVER.message, hint=NO_SERVER.hint)
        try:
            stats = await self._api.get("/system_stats")
            known = await self._known_nodes()
        except ProviderError as error:
            return Health(ready=False, detail=error.fault.message, hint=error.fault.hint)
        lacks = {name: lack for name in self._models if (lack := self._lack(name, known))}
        ready = [name for name in self._models if name not in lacks]
        hint = " ".join(f"For {name} install {lack}." for name, lack in lacks.items())
        detail = f"{_device(stats)} Can run: {', '.join(ready) or 'none of the workflows'}."
        return Health(
            ready=bool(ready), detail=detail, hint=" ".join([hint, self._short_of_memory(stats)]).strip()
        )

    async def submit(self, request: GenRequest) -> str:
        """Put a workflow into the server's queue.

        Raises:
            UnusableInputError: the request or the workflow cannot be used.
            ProviderError: SETUP, the server lacks nodes or models for it; or as any service.
        """
        if not self._base:
            raise ProviderError(NO_SERVER)
        demand_valid(self.validate(request))
        with before_paying():
            self._demand_nodes(request.model, await self._known_nodes())
        names = await self._uploads.place(workflows.files_of(self._graph(request.model), request))
        prompt_id = _prompt_id(request)
        graph = self._filled(request, names)
        self._watch.begin(prompt_id, graph)
        self._watch.seen(prompt_id)
        body = {
            "prompt": graph,
            "client_id": self._client_id,
            "prompt_id": prompt_id,
            "extra_data": {"clappper_key": request.key},
        }
        answer = await self._api.create("/prompt", body)
        given = identity(answer.record(), "prompt_id")
        if given != prompt_id:
            self._watch.begin(given, graph)
        return given

    async def poll(self, remote_id: str) -> Progress:
        entry = (await self._api.get(f"/history/{remote_id}")).get(remote_id)
        if isinstance(entry, dict):
            return await self._ended(remote_id, entry)
        queue = await self._api.get("/queue")
        if remote_id in _ids(queue, "queue_running"):
            seen = self._watch.seen(remote_id)
            return Progress(
                RemoteState.RUNNING, seen.fraction, poll_after_seconds=POLL_SECONDS, preview=seen.preview
            )
        waiting = _ids(queue, "queue_pending")
        if remote_id in waiting:
            self._watch.seen(remote_id)
            return Progress(
                RemoteState.QUEUED, poll_after_seconds=POLL_SECONDS, queue_position=waiting.index(remote_id)
            )
        message = "ComfyUI no longer knows this job: it was restarted."
        raise ProviderError(ProviderFault(FaultKind.LOST, message, "It is made again, free of charge."))

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        del remote_id
        await self._downloads.fetch(output.location, destination)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        """Stop this job and no other: an interrupt without an id would stop whatever runs."""
        if remote_id in await self._api.get(f"/history/{remote_id}"):
            return CancelOutcome(stopped=False, still_billed=False, detail="It had already ended.")
        await self._api.call("POST", "/queue", {"delete": [remote_id]})
        await self._api.call("POST", "/interrupt", {"prompt_id": remote_id})
        self._watch.forget(remote_id)
        return CancelOutcome(stopped=True, still_billed=False)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        """Look for the job in the queue and among those that ended, by its id or its key."""
        del since
        queue = await self._api.get("/queue")
        entries = [*queue.get("queue_running", ()), *queue.get("queue_pending", ())]
        history = await self._api.get("/history")
        entries += [entry.get("prompt") or () for entry in history.values() if isinstance(entry, dict)]
        wanted = _prompt_id(request)
        for entry in entries:
            key = entry[3].get("clappper_key") if len(entry) > 3 and isinstance(entry[3], dict) else None
            if len(entry) > 1 and (entry[1] == wanted or key == request.key) and entry[1] not in known:
                return str(entry[1])
        return None

    async def aclose(self) -> None:
        await self._watch.aclose()
        await self._api.aclose()

    @cached_property
    def _models(self) -> dict[str, Capabilities]:
        found = {one.model: one for one in self._catalog.capabilities()}
        usual = next(iter(found.values()))
        for name, path in workflows.own_workflows(self._folder).items():
            with suppress(ClappperError):
                own = workflows.capabilities_of(NAME, name, workflows.load(path))
                found[name] = replace(
                    own,
                    cancel=True,
                    progress=True,
                    reconcile=True,
                    volatile=True,
                    as_of=usual.as_of,
                    upload_limit_bytes=usual.upload_limit_bytes,
                )
        return {name: replace(one, price=FREE, prices=(FREE,)) for name, one in found.items()}

    def _model(self, request: GenRequest) -> Capabilities:
        if request.model not in self._models:
            names = ", ".join(self._models)
            raise UnusableInputError(f"There is no workflow {request.model!r}.", f"Choose one of: {names}.")
        return self._models[request.model]

    def _graph(self, name: str) -> workflows.Graph:
        own = workflows.own_workflows(self._folder)
        return workflows.load(own.get(name) or workflows.shipped(name))

    def _limits(self, name: str) -> Mapping[str, Any]:
        model = self._catalog.models.get(name)
        return next(iter(model.ways.values())).fixed if model else {}

    def _filled(self, request: GenRequest, names: Mapping[str, str]) -> workflows.Graph:
        model = self._model(request)
        return workflows.bound(self._graph(request.model), request, model, names, self._limits(request.model))

    def _lack(self, name: str, known: Mapping[str, Any]) -> workflows.Missing:
        return workflows.missing(
            self._graph(name), known, frozenset({"first_frame", "last_frame", "source_video"})
        )

    def _demand_nodes(self, name: str, known: Mapping[str, Any]) -> None:
        if lack := self._lack(name, known):
            hint = "Install them on the server; nothing was sent."
            raise ProviderError(ProviderFault(FaultKind.SETUP, f"ComfyUI lacks {lack} for {name}.", hint))

    async def _known_nodes(self) -> Mapping[str, Any]:
        asked_at, known = self._nodes
        if self._clock.monotonic() - asked_at > KNOWN_SECONDS:
            answer = await self._api.call("GET", "/object_info")
            known = await asyncio.to_thread(answer.record)
            self._nodes = self._clock.monotonic(), known
        return known

    async def _upload(self, file: InputFile, data: bytes) -> str:
        part = {"image": (file_name(file), data, mime_of(file))}
        form = {"type": "input", "subfolder": "clappper", "overwrite": "false"}
        said = (await self._api.call("POST", "/upload/image", files=part, data=form)).record()
        name, folder = str(said.get("name") or ""), str(said.get("subfolder") or "")
        return f"{folder}/{name}" if folder and name else name

    async def _ended(self, remote_id: str, entry: Mapping[str, Any]) -> Progress:
        status = entry.get("status") or {}
        state = status.get("status_str")
        if state == "success":
            self._watch.forget(remote_id)
            outputs = tuple(self._output(file) for file in workflows.output_files(entry))
            return Progress(RemoteState.SUCCEEDED, 1.0, outputs=outputs[:1], cost=Money())
        if state != "error":
            return Progress(RemoteState.RUNNING, poll_after_seconds=POLL_SECONDS)
        self._watch.forget(remote_id)
        told = {str(one[0]): one[1] for one in status.get("messages") or () if len(one) == 2}
        if "execution_interrupted" in told:
            return Progress(RemoteState.CANCELED, cost=Money())
        fault = _failure(told.get("execution_error") or {})
        if fault.kind is FaultKind.RESOURCE:
            with suppress(ProviderError):
                await self._api.call("POST", "/free", {"unload_models": True, "free_memory": True})
        return Progress(RemoteState.FAILED, error=fault, cost=Money())

    def _output(self, file: Mapping[str, str]) -> Output:
        query = {name: file.get(name, "") for name in ("filename", "subfolder", "type")}
        return Output(f"{self._base}/view?{urlencode(query)}", "")

    def _short_of_memory(self, stats: Mapping[str, Any]) -> str:
        """Say which workflows are likely to need more memory than the graphics card has."""
        devices: Sequence[Mapping[str, Any]] = stats.get("devices") or ({},)
        total = float(devices[0].get("vram_total") or 0) / GIGABYTE
        large = [
            name for name in self._models if total and self._limits(name).get("vram_gb", 0) > total + 0.5
        ]
        return f"Too large for {total:.0f} GB: {', '.join(large)}." if large else ""


def create(bench: Workbench) -> ComfyUi:
    return ComfyUi(bench)


def _prompt_id(request: GenRequest) -> str:
    return str(uuid.uuid5(KEYS_OF_OURS, request.key))


def _only(graph: workflows.Graph, mark: str) -> workflows.Graph:
    return {name: graph[name] for name in workflows.marks(graph).get(mark, ())}


def _ids(queue: Mapping[str, Any], part: str) -> list[str]:
    return [
        str(entry[1]) for entry in sorted(queue.get(part) or (), key=lambda one: one[0]) if len(entry) > 1
    ]


def _device(stats: Mapping[str, Any]) -> str:
    version = (stats.get("system") or {}).get("comfyui_version", "of unknown version")
    devices: Sequence[Mapping[str, Any]] = stats.get("devices") or ()
    if not devices:
        return f"ComfyUI {version}, no graphics card."
    free, total = (float(devices[0].get(name) or 0) / GIGABYTE for name in ("vram_free", "vram_total"))
    return f"ComfyUI {version}, {devices[0].get('name', 'a device')}, {free:.1f} of {total:.1f} GB free."


def _failure(error: Mapping[str, Any]) -> ProviderFault:
    said = str(error.get("exception_message") or "It failed and did not say why.").strip()[:300]
    where = str(error.get("node_type") or "")
    words = f"{error.get('exception_type', '')} {said}".lower()
    if "outofmemory" in words or "out of memory" in words:
        hint = "Ask for a shorter clip or a smaller picture; the server's memory was freed."
        return ProviderFault(FaultKind.RESOURCE, f"The graphics card has too little memory ({where}).", hint)
    return ProviderFault(FaultKind.MODEL, f"{where}: {said}" if where else said)


def _explain(answer: Answer) -> ProviderFault | None:
    """Read what the server says about a workflow that it does not take."""
    said = answer.record()
    if answer.status != 400 or "node_errors" not in said:
        return None
    nodes = said["node_errors"] if isinstance(said["node_errors"], dict) else {}
    found = [
        (
            str(error.get("type")),
            f"{node.get('class_type')}: {error.get('message')} {error.get('details', '')}",
        )
        for node in nodes.values()
        for error in node.get("errors") or ()
    ]
    kind = str((said.get("error") or {}).get("type"))
    is_lacking = kind in {"missing_node_type", "invalid_prompt"} or any(
        one == "value_not_in_list" for one, _ in found
    )
    text = "; ".join(text.strip() for _, text in found) or message_of(answer)
    if is_lacking:
        return ProviderFault(FaultKind.SETUP, f"ComfyUI lacks something: {text[:300]}", "Install it there.")
    return ProviderFault(FaultKind.INVALID, f"ComfyUI does not take the workflow: {text[:300]}")
