"""A Cosmos container of one's own: one long silent call for each clip, so only we remember the work."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.providers.answers import Answer, message_of
from clappper.providers.catalog import Catalog, name_of
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    InputFile,
    Issue,
    Kind,
    Output,
    Price,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.providers.fitting import demand_valid
from clappper.providers.http import Api
from clappper.providers.local import FORGOTTEN, copy_whole
from clappper.providers.nim.answers import keep, unpack
from clappper.providers.nim.bodies import Dialect, body_of, controls_of, source_of
from clappper.providers.uploads import data_address, read_input
from clappper.providers.workbench import Workbench

NAME = "cosmos"
FREE = Price("clip", Money(), "2026-11-30")
LONGEST_SECONDS = 3600.0
"""A container works in silence; a transfer of a long clip takes up to an hour."""
LARGEST_INPUT = 60_000_000
POLL_SECONDS = 5.0
SECONDS_PER_HOUR = 3600.0
NO_SERVER = ProviderFault(
    FaultKind.SETUP,
    "No Cosmos container is set up.",
    "Start a Cosmos NIM container and set cosmos_url in the settings, usually to http://127.0.0.1:8000.",
)
MODELS = {
    Dialect.GENERATOR: "cosmos-generator",
    Dialect.PREDICT: "cosmos-predict",
    Dialect.TRANSFER: "cosmos-transfer",
}
SIGNS = (
    (Dialect.GENERATOR, ("cosmos3", "generator", "model_mode")),
    (Dialect.TRANSFER, ("transfer", '"edge"')),
    (Dialect.PREDICT, ("predict", "num_output_frames")),
)


@dataclass(slots=True)
class Work:
    """One call under way. ``began`` is when it was its turn, None while it waits for the one before."""

    task: asyncio.Task[Path]
    began: float | None = None


class Cosmos:
    """Generates in a container of one's own, one clip after the other."""

    name = NAME

    def __init__(self, bench: Workbench) -> None:
        settings = bench.settings
        self._base = settings.cosmos_url
        self._hourly = settings.cosmos_usd_per_gpu_hour
        self._clock = bench.clock
        self._scratch = bench.scratch
        self._catalog = Catalog(bench, NAME)
        self._api = Api(bench, "Cosmos", self._base or "http://127.0.0.1:0", dict, _explain, LONGEST_SECONDS)
        chosen = settings.cosmos_dialect
        self._dialect = None if chosen == "auto" else Dialect(chosen)
        self._works: dict[str, Work] = {}
        self._turn = asyncio.Lock()

    def models(self) -> tuple[Capabilities, ...]:
        """List what the container can do; all that any can, before it was asked which one it is."""
        price = None if self._hourly else FREE
        prices = (FREE,) if price else ()
        known = self._catalog.capabilities()
        fitting = [one for one in known if self._dialect is None or one.model == MODELS[self._dialect]]
        return tuple(replace(one, price=price, prices=prices) for one in fitting)

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        issues = list(self._catalog.validate(request))
        from_words = request.kind is Kind.TRANSFER and request.model == MODELS[Dialect.GENERATOR]
        is_clip_needed = request.kind in {Kind.VIDEO_TO_VIDEO, Kind.TRANSFER} and not from_words
        if is_clip_needed and source_of(request) is None:
            issues.append(Issue("files", f"{request.model} needs a clip to start from."))
        if request.kind is Kind.TRANSFER and not controls_of(request):
            issues.append(Issue("files", f"{request.model} needs a control: edges, depth, parts or blur."))
        if (
            sum(Path(file.path).stat().st_size for file in _used(request) if Path(file.path).is_file())
            > LARGEST_INPUT
        ):
            issues.append(Issue("files", "All files together must stay below 60 MB: use a shorter clip."))
        return tuple(issues)

    def estimate(self, request: GenRequest) -> Estimate:
        del request
        if self._hourly:
            return Estimate(None, None, None, f"${self._hourly:g} an hour of your own graphics card")
        return Estimate(Money(), Money(), None, "made on a server of your own")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return body_of(self._dialect_of(request), request, self._model(request), name_of)

    async def check(self) -> Health:
        """Ask the container whether it is ready, and which one it is."""
        if not self._base:
            return Health(ready=False, detail=NO_SERVER.message, hint=NO_SERVER.hint)
        try:
            await self._api.get("/v1/health/ready")
            dialect = await self._learned()
        except ProviderError as error:
            return Health(ready=False, detail=error.fault.message, hint=error.fault.hint)
        return Health(ready=True, detail=f"Cosmos ({dialect}) is ready.")

    async def submit(self, request: GenRequest) -> str:
        """Begin a call; the remote id is the request's key.

        Raises:
            UnusableInputError: the request cannot be used.
            ProviderError: SETUP, this container does not do that; OFFLINE, it is not there or not ready.
        """
        if not self._base:
            raise ProviderError(NO_SERVER)
        demand_valid(self.validate(request))
        await self._api.get("/v1/health/ready")
        if MODELS[await self._learned()] != request.model:
            message = f"The container at {self._base} is not the one for {request.model}."
            raise ProviderError(
                ProviderFault(FaultKind.SETUP, message, "Start that one, or choose its model.")
            )
        data = {file.path: await asyncio.to_thread(_inline, file) for file in _used(request)}
        body = body_of(self._dialect_of(request), request, self._model(request), lambda file: data[file.path])
        self._works[request.key] = Work(asyncio.ensure_future(self._made(request.key, body)))
        return request.key

    async def poll(self, remote_id: str) -> Progress:
        work = self._known(remote_id)
        if not work.task.done():
            state = RemoteState.QUEUED if work.began is None else RemoteState.RUNNING
            return Progress(state, poll_after_seconds=POLL_SECONDS)
        if work.task.cancelled():
            return Progress(RemoteState.CANCELED, cost=Money())
        error = work.task.exception()
        if error is not None:
            return Progress(RemoteState.FAILED, error=_fault(error), cost=self._cost(work))
        path = work.task.result()
        mime, role = ("video/mp4", "video") if path.suffix == ".mp4" else ("image/jpeg", "picture")
        return Progress(
            RemoteState.SUCCEEDED, 1.0, outputs=(Output(str(path), mime, role),), cost=self._cost(work)
        )

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        self._known(remote_id)
        await copy_whole(Path(output.location), destination, FORGOTTEN)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        """Hang up; the container may compute on for a while and throw the result away."""
        work = self._known(remote_id)
        if work.task.done():
            return CancelOutcome(stopped=False, still_billed=False, detail="It had already ended.")
        work.task.cancel()
        await asyncio.gather(work.task, return_exceptions=True)
        return CancelOutcome(
            stopped=True, still_billed=False, detail="The graphics card may stay busy for a while."
        )

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        """A container keeps no list."""
        del request, since, known
        return None

    async def aclose(self) -> None:
        tasks = [work.task for work in self._works.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._works.clear()
        await self._api.aclose()

    async def _made(self, key: str, body: dict[str, Any]) -> Path:
        """Wait for the one before, then for the container, and unpack what it sends."""
        folder = self._scratch / "cosmos"
        async with self._turn:
            self._works[key].began = self._clock.monotonic()
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
            stem = folder / "".join(letter if letter.isalnum() else "-" for letter in key)
            answer = stem.with_name(stem.name + ".json")
            try:
                async with self._api.stream("POST", "/v1/infer", body) as response:
                    await keep(response.aiter_bytes(), answer)
                return await asyncio.to_thread(unpack, answer, stem)
            finally:
                with contextlib.suppress(OSError):
                    answer.unlink(missing_ok=True)

    async def _learned(self) -> Dialect:
        """Find out which container it is: by what it says of itself, else by the fields that it takes.

        Raises:
            ProviderError: SETUP, neither tells.
        """
        if self._dialect is None:
            for path in ("/v1/metadata", "/openapi.json"):
                answer = await self._api.call("GET", path, fine=frozenset({404, 405}))
                text = answer.body.decode("utf-8", "replace").lower() if answer.status == 200 else ""
                self._dialect = next(
                    (one for one, signs in SIGNS if any(sign in text for sign in signs)), None
                )
                if self._dialect:
                    return self._dialect
            message = f"It is not known which Cosmos container runs at {self._base}."
            raise ProviderError(
                ProviderFault(FaultKind.SETUP, message, "Set cosmos_dialect in the settings.")
            )
        return self._dialect

    def _dialect_of(self, request: GenRequest) -> Dialect:
        return next(dialect for dialect, name in MODELS.items() if name == request.model)

    def _model(self, request: GenRequest) -> Capabilities:
        return self._catalog.model(request.model).capabilities

    def _known(self, remote_id: str) -> Work:
        if remote_id not in self._works:
            raise ProviderError(FORGOTTEN)
        return self._works[remote_id]

    def _cost(self, work: Work) -> Money:
        seconds = self._clock.monotonic() - work.began if work.began is not None else 0.0
        return Money.dollars(self._hourly * seconds / SECONDS_PER_HOUR)


def create(bench: Workbench) -> Cosmos:
    return Cosmos(bench)


def _used(request: GenRequest) -> tuple[InputFile, ...]:
    source = source_of(request)
    return ((source,) if source else ()) + (controls_of(request) if request.kind is Kind.TRANSFER else ())


def _inline(file: InputFile) -> str:
    return data_address(file, read_input(file, LARGEST_INPUT))


def _explain(answer: Answer) -> ProviderFault | None:
    """Read a refusal; a container that is still loading is as good as not there."""
    said = message_of(answer)
    text = answer.body.decode("utf-8", "replace").lower()
    if answer.status == 503:
        return ProviderFault(
            FaultKind.OFFLINE, "The Cosmos container is still loading.", "Its first start takes long."
        )
    if answer.status == 422 and any(word in text for word in ("guardrail", "unsafe", "blocked")):
        return ProviderFault(
            FaultKind.POLICY, f"Cosmos refuses what the prompt shows: {said}", "Change the prompt."
        )
    if answer.status == 404:
        return ProviderFault(FaultKind.SETUP, f"This Cosmos container does not do that: {said}")
    if answer.status >= 500:
        is_memory = "out of memory" in text
        kind = FaultKind.RESOURCE if is_memory else FaultKind.TRANSIENT_MODEL
        return ProviderFault(
            kind, f"Cosmos failed: {said}", "Ask for a smaller picture." if is_memory else ""
        )
    return None


def _fault(error: BaseException) -> ProviderFault:
    if isinstance(error, ProviderError):
        fault = error.fault
        return replace(fault, kind=FaultKind.TRANSIENT_MODEL) if fault.kind is FaultKind.TRANSIENT else fault
    if isinstance(error, ClappperError):
        return ProviderFault(FaultKind.MODEL, error.message, error.hint)
    return ProviderFault(FaultKind.MODEL, f"{type(error).__name__}: {error}")
