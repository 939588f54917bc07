"""Runway: tells progress and price, cancels, lists nothing. Its mark must be shown with what it makes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from clappper.base.units import Money
from clappper.providers.answers import Answer, message_of
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
from clappper.providers.findings import identity, outputs_in
from clappper.providers.http import Api, bearer, send_without_key
from clappper.providers.keys import KEYS
from clappper.providers.uploads import Limits, file_name, mime_of
from clappper.providers.workbench import Workbench

NAME = "runway"
VERSION = "2024-11-06"
HOSTS = (".cloudfront.net", ".runwayml.com")
LIMITS = Limits(largest_bytes=200_000_000, inline_bytes=200_000)
POLL_SECONDS = 5.0
"""A task may be looked at so often; more is against the rules."""
MICROS_PER_CREDIT = 10_000
STATES = {
    "PENDING": RemoteState.QUEUED,
    "THROTTLED": RemoteState.QUEUED,
    "RUNNING": RemoteState.RUNNING,
    "SUCCEEDED": RemoteState.SUCCEEDED,
    "FAILED": RemoteState.FAILED,
    "CANCELLED": RemoteState.CANCELED,
}
FAILURES = (
    ("SAFETY.OUTPUT", FaultKind.POLICY, "Another seed may pass; it was billed all the same."),
    ("SAFETY", FaultKind.POLICY, "Change the prompt or the picture; it was billed all the same."),
    ("INPUT_PREPROCESSING.SAFETY", FaultKind.POLICY, "Change the prompt or the picture."),
    ("ASSET.INVALID", FaultKind.INVALID, "Use another picture or clip."),
    ("INTERNAL", FaultKind.TRANSIENT_MODEL, ""),
)


class Runway(CloudService):
    """Generates at Runway; a remote id is a task's."""

    def __init__(self, bench: Workbench) -> None:
        key = KEYS[NAME]
        carried = bearer(bench, key)
        api = Api(
            bench,
            "Runway",
            bench.settings.runway_base_url + "/v1",
            lambda: {**carried(), "X-Runway-Version": VERSION},
            _explain,
        )
        super().__init__(bench, NAME, key, api, HOSTS, LIMITS)

    async def submit(self, request: GenRequest) -> str:
        body = await self._body(request)
        answer = await self._api.create(f"/{self._catalog.way(request).path}", body)
        return identity(answer.record())

    async def poll(self, remote_id: str) -> Progress:
        said = await self._api.get(f"/tasks/{remote_id}")
        status = str(said.get("status"))
        state = STATES.get(status, RemoteState.RUNNING)
        fraction = said.get("progress")
        outputs = outputs_in(said.get("output")) if state is RemoteState.SUCCEEDED else ()
        return Progress(
            state,
            1.0 if outputs else (float(fraction) if isinstance(fraction, (int, float)) else None),
            {"THROTTLED": "waits until another one of yours has ended"}.get(status, ""),
            outputs,
            _cost(said),
            _failure(said) if state is RemoteState.FAILED else None,
            POLL_SECONDS + _jitter(remote_id),
        )

    async def cancel(self, remote_id: str) -> CancelOutcome:
        """Stop a task. One that has ended is left alone, because deleting it destroys its result."""
        try:
            state = (await self.poll(remote_id)).state
        except ProviderError as error:
            if error.fault.kind is not FaultKind.LOST:
                raise
            return CancelOutcome(stopped=True, still_billed=None, detail="Runway no longer has it.")
        if state not in {RemoteState.QUEUED, RemoteState.RUNNING}:
            is_over = state is RemoteState.CANCELED
            return CancelOutcome(stopped=is_over, still_billed=not is_over, detail="It had already ended.")
        await self._api.call("DELETE", f"/tasks/{remote_id}", fine=frozenset({404}))
        return CancelOutcome(stopped=True, still_billed=state is RemoteState.RUNNING)

    async def _greet(self) -> str:
        account = await self._api.get("/organization")
        credit = account.get("creditBalance")
        return f"{credit} credits are left." if isinstance(credit, int) else "The key is accepted."

    async def _upload(self, file: InputFile, data: bytes) -> str:
        name = file_name(file)
        wish = {"filename": name, "type": "ephemeral"}
        said = (await self._api.call("POST", "/uploads", wish)).record()
        fields = {str(key): str(value) for key, value in (said.get("fields") or {}).items()}
        part = {"file": (name, data, mime_of(file))}
        target = str(said.get("uploadUrl", ""))
        await send_without_key(self._bench, "Runway", "POST", target, data=fields, files=part)
        return str(said.get("runwayUri") or "")


def create(bench: Workbench) -> Runway:
    return Runway(bench)


def _explain(answer: Answer) -> ProviderFault | None:
    said = message_of(answer)
    if answer.status == 400 and "credit" in said.lower():
        return ProviderFault(
            FaultKind.BILLING, f"Runway wants to be paid first: {said}", "Buy credits there."
        )
    issues = answer.record().get("issues")
    if answer.status == 400 and isinstance(issues, list):
        found = "; ".join(_issue(one) for one in issues if isinstance(one, dict))
        return ProviderFault(FaultKind.INVALID, f"Runway refused the request: {found or said}")
    return None


def _issue(issue: Mapping[str, Any]) -> str:
    return f"{'.'.join(str(part) for part in issue.get('path', ()))}: {issue.get('message', '')}"


def _failure(said: Mapping[str, Any]) -> ProviderFault:
    code = str(said.get("failureCode") or "INTERNAL")
    message = str(said.get("failure") or "It failed and did not say why.")[:300]
    kind, hint = next(
        ((kind, hint) for mark, kind, hint in FAILURES if code.startswith(mark)), (FaultKind.MODEL, "")
    )
    return ProviderFault(kind, f"{message} ({code})", hint)


def _cost(said: Mapping[str, Any]) -> Money | None:
    credit = (said.get("cost") or {}).get("credits")
    return Money(round(credit * MICROS_PER_CREDIT)) if isinstance(credit, (int, float)) else None


def _jitter(remote_id: str) -> float:
    """Spread the looks at many tasks over a second."""
    return hashlib.sha256(remote_id.encode()).digest()[0] / 256
