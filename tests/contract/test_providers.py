"""What every provider promises, run over each adapter that the registry finds.

Skips follow what a model declares and what this machine has, never a provider's name.
"""

from __future__ import annotations

import asyncio
import dataclasses
import pkgutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clappper.base.units import Money
from clappper.providers import adapters, registry
from clappper.providers.contract import (
    Capabilities,
    FaultKind,
    GenRequest,
    Kind,
    Progress,
    Provider,
    ProviderError,
    RemoteState,
    from_json,
    to_json,
)
from clappper.providers.workbench import Workbench
from tests.patience import PATIENCE_SECONDS

NAMES = tuple(sorted(module.name for module in pkgutil.iter_modules(adapters.__path__)))
SPOKEN = {Kind.SPEECH}
FILES = {"files", "first_frame", "source_video", "source_picture", "dataset"}
OF_WORDS = frozenset({Kind.TEXT_TO_VIDEO, Kind.TEXT_TO_IMAGE, Kind.SPEECH, Kind.MUSIC})


@pytest.fixture(params=NAMES)
async def provider(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Provider]:
    found = registry.load(Workbench(scratch=tmp_path / "scratch"))
    yield found.get(request.param)
    await found.aclose()


def sample(model: Capabilities, key: str = "contract-1", *, seconds: float = 2.0) -> GenRequest:
    """Ask for the smallest thing that a model makes."""
    kind = model.kinds[0]
    return GenRequest(
        key=key,
        kind=kind,
        provider=model.provider,
        model=model.model,
        prompt="Own your time." if kind in SPOKEN else "calm gold silk, slow",
        seconds=min(max(seconds, model.seconds[0]), model.seconds[1]),
        aspect=(model.aspects or ("16:9",))[0],
        width=64,
        height=36,
        fps=(model.fps or (30.0,))[0],
        seed=7,
    )


async def first_ready(provider: Provider) -> Capabilities:
    health = await provider.check()
    if not health.ready:
        pytest.skip(f"{provider.name}: {health.detail}")
    model = provider.models()[0]
    if model.needs_picture:
        pytest.skip(f"{provider.name} works on pictures")
    if model.price is None or model.price.amount != Money():
        pytest.skip(f"{provider.name} costs money")
    return model


async def settle(provider: Provider, remote_id: str) -> Progress:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            progress = await provider.poll(remote_id)
            if progress.state not in {RemoteState.QUEUED, RemoteState.RUNNING}:
                return progress
            await asyncio.sleep(0.02)


async def make(provider: Provider, request: GenRequest, destination: Path) -> bytes:
    remote_id = await provider.submit(request)
    progress = await settle(provider, remote_id)
    assert progress.state is RemoteState.SUCCEEDED, progress.error
    assert from_json(Progress, to_json(progress)) == progress
    await provider.fetch(remote_id, progress.outputs[0], destination)
    return await asyncio.to_thread(destination.read_bytes)


def test_there_are_adapters() -> None:
    assert "motion" in NAMES


async def test_an_adapter_names_itself_and_its_models(provider: Provider) -> None:
    models = provider.models()
    assert models
    assert len({model.model for model in models}) == len(models)
    for model in models:
        assert model.provider == provider.name
        assert 0 < model.seconds[0] <= model.seconds[1]
        assert model.kinds
        assert from_json(Capabilities, to_json(model)) == model


async def test_its_own_smallest_request_is_valid_and_an_unknown_option_is_not(provider: Provider) -> None:
    for model in provider.models():
        request = sample(model)
        blocking = {issue.field for issue in provider.validate(request) if issue.blocking}
        assert blocking <= (set() if model.kinds[0] in OF_WORDS else FILES)
        odd = dataclasses.replace(request, extra={"no_such_option": 1})
        assert any("no_such_option" in issue.field for issue in provider.validate(odd))


async def test_what_runs_here_is_free_and_never_called_generative(provider: Provider) -> None:
    for model in provider.models():
        if model.volatile and not model.generative:
            estimate = provider.estimate(sample(model))
            assert (estimate.low, estimate.high) == (Money(), Money())


async def test_submit_poll_fetch_gives_the_same_bytes_each_time(provider: Provider, tmp_path: Path) -> None:
    model = await first_ready(provider)
    first = await make(provider, sample(model, "contract-1"), tmp_path / "first")
    second = await make(provider, sample(model, "contract-2"), tmp_path / "second")
    assert first
    assert first == second


async def test_cancel_stops_a_generation_and_forgets_it(provider: Provider, tmp_path: Path) -> None:
    model = await first_ready(provider)
    if not model.cancel:
        pytest.skip(f"{provider.name} cannot cancel")
    remote_id = await provider.submit(sample(model, seconds=30))
    outcome = await provider.cancel(remote_id)
    assert outcome.stopped
    assert not outcome.still_billed
    assert not list((tmp_path / "scratch").rglob("*"))


async def test_work_of_an_earlier_run_is_lost_not_invented(provider: Provider) -> None:
    if not all(model.volatile for model in provider.models()):
        pytest.skip(f"{provider.name} remembers its work")
    await first_ready(provider)
    with pytest.raises(ProviderError) as lost:
        await provider.poll("of-yesterday")
    assert lost.value.fault.kind is FaultKind.LOST
