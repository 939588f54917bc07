"""Writes down how a generated file came to be, for the sidecar beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from clappper.base.units import Money
from clappper.jobs.ingest import media_page
from clappper.jobs.model import Job
from clappper.jobs.money.records import Attempt
from clappper.providers.contract import Capabilities, to_json
from clappper.store.assets import Asset
from clappper.store.sidecar import CostPage, FaultPage, MediaPage, PromptPack, ProviderPack, Sidecar


def story_of(
    job: Job, model: Capabilities, attempts: Sequence[Attempt], now: datetime
) -> Callable[[Asset], Sidecar]:
    """Give a function that tells the story of the file which the last of ``attempts`` brought."""
    last = attempts[-1]

    def tell(asset: Asset) -> Sidecar:
        return Sidecar(
            media=MediaPage(**media_page(asset)),
            origin=asset.origin,
            created=asset.created,
            job_id=job.id,
            attempt=last.number,
            prompt_pack=_prompt_pack(job),
            provider_pack=ProviderPack(
                provider=job.request.provider,
                model=job.request.model,
                remote_id=job.remote_id,
                sent=last.sent,
                brand_line=model.brand_line,
                licence=model.licence,
            ),
            seeds=(job.request.seed,),
            cost=_cost(last),
            seconds_to_make=(now - last.started).total_seconds(),
            errors=tuple(
                FaultPage(attempt=failed.number, fault=failed.fault, message=failed.message)
                for failed in attempts
                if failed.fault
            ),
        )

    return tell


def _prompt_pack(job: Job) -> PromptPack:
    asked: dict[str, Any] = json.loads(to_json(job.request))
    return PromptPack(
        kind=asked["kind"],
        prompt=asked["prompt"],
        negative=asked["negative"],
        seconds=asked["seconds"],
        aspect=asked["aspect"],
        width=asked["width"],
        height=asked["height"],
        fps=asked["fps"],
        files=tuple(
            {name: value for name, value in file.items() if name != "path"} for file in asked["files"]
        ),
        options=asked["extra"],
    )


def _cost(attempt: Attempt) -> CostPage:
    return CostPage(
        estimated_low=_micros(attempt.estimated_low),
        estimated_high=_micros(attempt.estimated_high),
        actual=_micros(attempt.actual),
        billed="no" if attempt.actual == Money() else "yes",
    )


def _micros(amount: Money | None) -> int | None:
    return None if amount is None else amount.micros
