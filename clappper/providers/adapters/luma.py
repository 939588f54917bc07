"""Luma's present API: clips through many keyframes, no cancel, no list; a look renews its addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clappper.providers.answers import Answer, message_of
from clappper.providers.cloud import CloudService
from clappper.providers.contract import (
    CancelOutcome,
    FaultKind,
    GenRequest,
    InputFile,
    Issue,
    Kind,
    Progress,
    ProviderFault,
    RemoteState,
)
from clappper.providers.findings import identity, outputs_in, pause_after
from clappper.providers.fitting import made_seconds
from clappper.providers.http import Api, bearer, send_without_key
from clappper.providers.keys import KEYS
from clappper.providers.uploads import Limits, file_name, mime_of
from clappper.providers.workbench import Workbench

NAME = "luma"
HOSTS = (".lumalabs.ai", "lumalabs.ai", ".cdn-luma.com", ".amazonaws.com", ".cloudfront.net")
LIMITS = Limits(largest_bytes=200_000_000)
STATES = {
    "queued": RemoteState.QUEUED,
    "processing": RemoteState.RUNNING,
    "completed": RemoteState.SUCCEEDED,
    "failed": RemoteState.FAILED,
}
FAILURES = {
    "content_moderated": (FaultKind.POLICY, "Change the prompt or the picture."),
    "budget_exhausted": (FaultKind.BILLING, "Add credit at Luma."),
    "rate_limited": (FaultKind.RATE_LIMITED, ""),
    "generation_failed": (FaultKind.TRANSIENT_MODEL, ""),
    "output_not_found": (FaultKind.EXPIRED, ""),
    "invalid_request": (FaultKind.INVALID, ""),
    "image_too_large": (FaultKind.INVALID, "Use a smaller picture."),
    "unsupported_format": (FaultKind.INVALID, "Use a PNG or JPEG picture."),
    "corrupt_input": (FaultKind.INVALID, "Use another picture."),
}
LONGEST_LOOP_SECONDS = 5.0


class Luma(CloudService):
    """Generates at Luma; what it has begun it ends, and bills."""

    def __init__(self, bench: Workbench) -> None:
        key = KEYS[NAME]
        api = Api(bench, "Luma", bench.settings.luma_base_url, bearer(bench, key), _explain)
        super().__init__(bench, NAME, key, api, HOSTS, LIMITS)

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return (*super().validate(request), *self._clashes(request))

    async def submit(self, request: GenRequest) -> str:
        return identity((await self._api.create("/generations", await self._body(request))).record())

    async def poll(self, remote_id: str) -> Progress:
        said = await self._api.get(f"/generations/{remote_id}")
        state = STATES.get(str(said.get("state")), RemoteState.RUNNING)
        outputs = outputs_in(said.get("output")) if state is RemoteState.SUCCEEDED else ()
        error = _failure(said) if state is RemoteState.FAILED else None
        return Progress(
            state, 1.0 if outputs else None, "", outputs, None, error, pause_after(self._age(said))
        )

    async def cancel(self, remote_id: str) -> CancelOutcome:
        """Luma has no cancel; nothing is sent."""
        del remote_id
        return CancelOutcome(stopped=False, still_billed=True, detail="Luma cannot stop what it has begun.")

    async def _greet(self) -> str:
        await self._api.get("/files", limit="1")
        return "The key is accepted."

    async def _upload(self, file: InputFile, data: bytes) -> str:
        """Open an upload, send the file without a key, and close it; gives the file's id."""
        wish = {"mime_type": mime_of(file), "size_bytes": len(data), "purpose": "input"}
        opened = (await self._api.call("POST", "/files", {**wish, "filename": file_name(file)})).record()
        target = opened.get("upload") or {}
        headers = {str(key): str(value) for key, value in (target.get("headers") or {}).items()}
        address = str(target.get("url", ""))
        await send_without_key(self._bench, "Luma", "PUT", address, content=data, headers=headers)
        await self._api.call("POST", f"/files/{opened.get('id')}/complete")
        return str(opened.get("id") or "")

    def _place(self, named: str) -> Any:
        return {"file_id": named}

    def _clashes(self, request: GenRequest) -> Iterable[Issue]:
        model = self._catalog.model(request.model).capabilities
        is_long = made_seconds(request.seconds, model) > LONGEST_LOOP_SECONDS
        if request.loop and is_long:
            yield Issue("loop", f"{request.model} closes loops of 5 s only.")
        if request.loop and request.kind is Kind.KEYFRAMES:
            yield Issue("loop", f"{request.model} closes no loop through several pictures.", blocking=False)
        if request.extra.get("video.hdr") and request.loop:
            yield Issue("extra.video.hdr", f"{request.model} makes no HDR loops.")


def create(bench: Workbench) -> Luma:
    return Luma(bench)


def _explain(answer: Answer) -> ProviderFault | None:
    said = message_of(answer)
    if "budget_exhausted" in said:
        return ProviderFault(FaultKind.BILLING, f"Luma wants to be paid first: {said}", "Add credit at Luma.")
    if answer.status in {400, 422} and "moderat" in said.lower():
        return ProviderFault(FaultKind.POLICY, f"Luma refuses what the prompt shows: {said}", "Change it.")
    return None


def _failure(said: Mapping[str, Any]) -> ProviderFault:
    code = str(said.get("failure_code") or "")
    kind, hint = FAILURES.get(code, (FaultKind.MODEL, ""))
    reason = str(said.get("failure_reason") or code or "It failed and did not say why.")
    return ProviderFault(kind, reason[:300], hint)
