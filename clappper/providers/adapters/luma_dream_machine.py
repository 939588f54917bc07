"""Luma's older API, Dream Machine, with keys of its own. It lists what it made; it takes no files of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clappper.providers.cloud import CloudService, kind_of_failure
from clappper.providers.contract import (
    CancelOutcome,
    FaultKind,
    GenRequest,
    Progress,
    ProviderFault,
    RemoteState,
)
from clappper.providers.findings import identity, moment, outputs_in, pause_after
from clappper.providers.http import Api, bearer
from clappper.providers.keys import KEYS
from clappper.providers.workbench import Workbench

NAME = "luma_dream_machine"
HOSTS = (".lumalabs.ai", "lumalabs.ai", ".cdn-luma.com", ".amazonaws.com", ".cloudfront.net")
PAGE, MOST_PAGES = 100, 20
STATES = {
    "queued": RemoteState.QUEUED,
    "dreaming": RemoteState.RUNNING,
    "completed": RemoteState.SUCCEEDED,
    "failed": RemoteState.FAILED,
}
FAILURES = (
    (FaultKind.POLICY, ("moderation", "nsfw")),
    (FaultKind.TRANSIENT_MODEL, ("try again", "internal error", "interrupted")),
)


class DreamMachine(CloudService):
    """Generates from words at Luma's older API."""

    def __init__(self, bench: Workbench) -> None:
        key = KEYS[NAME]
        base = bench.settings.luma_dream_machine_base_url
        super().__init__(bench, NAME, key, Api(bench, "Dream Machine", base, bearer(bench, key)), HOSTS)

    async def submit(self, request: GenRequest) -> str:
        return identity((await self._api.create("/generations/video", await self._body(request))).record())

    async def poll(self, remote_id: str) -> Progress:
        said = await self._api.get(f"/generations/{remote_id}")
        state = STATES.get(str(said.get("state")), RemoteState.RUNNING)
        assets = said.get("assets") or {}
        outputs = (
            outputs_in(assets.get("video") or assets.get("image")) if state is RemoteState.SUCCEEDED else ()
        )
        error = _failure(said) if state is RemoteState.FAILED else None
        return Progress(
            state, 1.0 if outputs else None, "", outputs, None, error, pause_after(self._age(said))
        )

    async def cancel(self, remote_id: str) -> CancelOutcome:
        """There is no cancel: deleting would take the result away, not the bill."""
        del remote_id
        return CancelOutcome(stopped=False, still_billed=True, detail="Luma cannot stop what it has begun.")

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        wanted = self._catalog.body(request, lambda file: file.path)
        found = [
            str(one.get("id"))
            for one in await self._listed(since)
            if _resembles(one, wanted) and str(one.get("id")) not in known
        ]
        return found[-1] if found else None

    async def _greet(self) -> str:
        credit = (await self._api.get("/credits")).get("credit_balance")
        return (
            f"${credit / 100:.2f} are left." if isinstance(credit, (int, float)) else "The key is accepted."
        )

    async def _listed(self, since: datetime) -> list[Mapping[str, Any]]:
        """List what was made since a moment, newest first; an entry that moves between pages comes once."""
        found: dict[str, Mapping[str, Any]] = {}
        for page in range(MOST_PAGES):
            query = {"limit": str(PAGE), "offset": str(page * PAGE)}
            said = (await self._api.call("GET", "/generations", query=query)).json()
            entries = said.get("generations", ()) if isinstance(said, dict) else said or ()
            for one in entries:
                made = moment(one.get("created_at"))
                if made and made < since:
                    return list(found.values())
                found.setdefault(str(one.get("id")), one)
            if len(entries) < PAGE:
                break
        return list(found.values())


def create(bench: Workbench) -> DreamMachine:
    return DreamMachine(bench)


def _resembles(one: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    asked = one.get("request")
    given = {**asked, "model": one.get("model")} if isinstance(asked, dict) else {}
    return all(given.get(name) == value for name, value in wanted.items())


def _failure(said: Mapping[str, Any]) -> ProviderFault:
    reason = str(said.get("failure_reason") or "It failed and did not say why.")[:300]
    return ProviderFault(kind_of_failure(reason, FAILURES), reason)
