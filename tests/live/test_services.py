"""The real services, with real keys and real money: one small clip each, for at most half a dollar.

    CLAPPPER_LIVE=replicate,runway pytest -m live

The keys come from the environment or the keychain. Nothing here runs unless it is asked for by name.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from clappper.base.events import EventHub
from clappper.base.secrets import Secrets, system_keychain
from clappper.base.settings import SettingsFile
from clappper.base.units import Money
from clappper.flow.shots.generate_clip import ClipOrder, clip_request
from clappper.jobs.model import JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.jobs.workers import Workers
from clappper.providers import registry
from clappper.providers.contract import GenRequest, Kind, Provider
from clappper.providers.workbench import Workbench
from clappper.store import sidecar
from clappper.store.project import ProjectFolder

pytestmark = pytest.mark.live
BUDGET = Money.dollars("0.50")
ENVIRONMENT = dict(os.environ)
"""As the person has it: the fixtures of all other tests take their keys away."""
WANTED = [name.strip() for name in ENVIRONMENT.get("CLAPPPER_LIVE", "").split(",") if name.strip()]
PROMPT = "A small brass bell on grey slate, soft daylight, the camera does not move."


def offers(provider: Provider, project: Path) -> Iterator[tuple[Money, GenRequest]]:
    """Go through what can be asked of a provider in words, with the highest price of each."""
    for model in provider.models():
        if not {Kind.TEXT_TO_VIDEO, Kind.TEXT_TO_IMAGE} & set(model.kinds):
            continue
        order = ClipOrder(project, provider.name, model.model, PROMPT, aspect="16:9")
        shortest = min(model.durations, default=max(model.seconds[0], 2.0))
        request = dataclasses.replace(clip_request(order, model), seconds=shortest, width=854, height=480)
        price = provider.estimate(request).high
        if price is not None and not [issue for issue in provider.validate(request) if issue.blocking]:
            yield price, request


@pytest.mark.parametrize("name", WANTED or ["nobody"])
async def test_a_small_clip_is_bought_for_less_than_half_a_dollar(name: str, tmp_path: Path) -> None:
    if not WANTED:
        pytest.skip("Name services: CLAPPPER_LIVE=replicate pytest -m live")
    settings = SettingsFile(tmp_path, ENVIRONMENT).load()
    bench = Workbench(tmp_path / "scratch", settings, Secrets(ENVIRONMENT, system_keychain))
    found = registry.load(bench)
    try:
        provider = found.get(name)
        health = await provider.check()
        assert health.ready, f"{health.detail} {health.hint}"
        with ProjectFolder.open_or_create(tmp_path / "project") as project:
            cheapest = min(offers(provider, project.path), key=lambda offer: offer[0], default=None)
            if cheapest is None or cheapest[0] > BUDGET:
                pytest.skip(f"{name} has nothing with a known price of at most {BUDGET}")
            queue = JobQueue(project, found, EventHub())
            asked = queue.enqueue(cheapest[1], brief_id="live", cap=BUDGET)
            async with Workers() as workers:
                await JobRunner(queue, workers).run_until_idle(only=[asked.job.id])
            job = queue.job(asked.job.id)
            assert job.state is JobState.DONE, job.error
            asset = project.assets.get(job.asset_id)
            page = sidecar.read(project.locate(asset.path))
            assert asset.size_bytes
            assert page.provider_pack
            assert page.provider_pack.sent
    finally:
        await found.aclose()
