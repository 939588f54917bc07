"""The services' official clients work with our simulators: what they are built on is what is really spoken.

Needs the dependency group ``sdk-check``; without it these tests say so and are skipped.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from operator import attrgetter as hidden
from pathlib import Path
from typing import Any

import pytest

from tests.simulators import footage
from tests.simulators.fal import FalSimulator
from tests.simulators.luma import DreamMachineSimulator
from tests.simulators.replicate import ReplicateSimulator
from tests.simulators.runway import RunwaySimulator
from tests.simulators.stage import Simulator

pytestmark = pytest.mark.filterwarnings("default")
KLING = "kwaivgi/kling-v3-video"


@contextmanager
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def official(name: str) -> Any:
    """Import a client, or skip."""
    with quiet():
        return pytest.importorskip(name, reason=f"{name} is not installed (uv sync --group sdk-check)")


async def until(sim: Simulator, look: Callable[[], Awaitable[Any]], state: str, *over: str) -> list[str]:
    """Look until it is over, while the simulator's time passes; gives the states seen."""
    seen = []
    for _ in range(20):
        seen.append(str(getattr(await look(), state)))
        if seen[-1] in over:
            return seen
        sim.clock.advance(1.5)
    raise AssertionError(seen)


async def test_replicate_by_its_own_client(tmp_path: Path) -> None:
    replicate = official("replicate")
    async with ReplicateSimulator() as sim:
        client = replicate.Client(api_token=sim.key, base_url=sim.api)
        made = await client.models.predictions.async_create(KLING, input={"prompt": "x", "duration": 5})

        async def look() -> Any:
            return await client.predictions.async_get(made.id)

        seen = await until(sim, look, "status", "succeeded", "failed")
        assert seen[0] == "starting"
        assert "processing" in seen
        done = await look()
        assert done.output.startswith(sim.cdn)
        assert done.progress.percentage == 1.0
        assert [one.id for one in (await client.predictions.async_list()).results] == [made.id]
        second = await client.models.predictions.async_create(KLING, input={"prompt": "y"})
        sim.clock.advance(3)
        assert (await client.predictions.async_cancel(second.id)).status == "canceled"
        with pytest.raises(replicate.exceptions.ReplicateError) as refused:
            await client.models.predictions.async_create(KLING, input={"prompt": "x", "size": 3})
        assert refused.value.status == 422
        path = tmp_path / "a.png"
        path.write_bytes(footage.picture())
        with path.open("rb") as file:
            assert (await client.files.async_create(file)).urls["get"]
        model = await client.models.async_get(KLING)
        assert (
            "duration" in model.latest_version.openapi_schema["components"]["schemas"]["Input"]["properties"]
        )
        assert (await client.accounts.async_current()).username == "nobody"
        await hidden("_async_client")(client).aclose()


async def test_runway_by_its_own_client() -> None:
    runwayml = official("runwayml")
    async with (
        RunwaySimulator() as sim,
        runwayml.AsyncRunwayML(api_key=sim.key, base_url=sim.api, max_retries=0) as client,
    ):
        made = await client.text_to_video.create(
            model="gen4.5", prompt_text="a can", ratio="1280:720", duration=5, seed=7
        )
        seen = await until(sim, lambda: client.tasks.retrieve(made.id), "status", "SUCCEEDED", "FAILED")
        assert set(seen) == {"PENDING", "RUNNING", "SUCCEEDED"}
        task = await client.tasks.retrieve(made.id)
        assert task.output[0].startswith(sim.cdn)
        second = await client.text_to_video.create(
            model="gen4.5", prompt_text="b", ratio="720:1280", duration=5
        )
        await client.tasks.delete(second.id)
        with pytest.raises(runwayml.NotFoundError):
            await client.tasks.retrieve(second.id)
        with pytest.raises(runwayml.BadRequestError):
            await client.text_to_video.create(model="gen4.5", prompt_text="b", ratio="1:1", duration=5)
        assert (await client.organization.retrieve()).credit_balance == 1000


async def test_dream_machine_by_its_own_client() -> None:
    lumaai = official("lumaai")
    async with (
        DreamMachineSimulator() as sim,
        lumaai.AsyncLumaAI(
            auth_token=sim.key, base_url=f"{sim.api}/dream-machine/v1", max_retries=0
        ) as client,
    ):
        made = await client.generations.create(model="ray-2", prompt="x", aspect_ratio="16:9", duration="5s")
        seen = await until(sim, lambda: client.generations.get(made.id), "state", "completed", "failed")
        assert set(seen) == {"queued", "dreaming", "completed"}
        assert (await client.generations.get(made.id)).assets.video.startswith(sim.cdn)
        assert (await client.credits.get()).credit_balance == 1234.0
        assert [one.id for one in (await client.generations.list()).generations] == [made.id]


async def test_fal_by_its_own_client(monkeypatch: pytest.MonkeyPatch) -> None:
    fal_client = official("fal_client")
    async with FalSimulator() as sim:
        monkeypatch.setattr(fal_client.client, "QUEUE_URL_FORMAT", f"{sim.api}/")
        client = fal_client.AsyncClient(key=sim.key)
        handle = await client.submit(
            "fal-ai/pika/v2.2/text-to-video", arguments={"prompt": "x", "duration": 5}
        )
        seen = []
        for _ in range(10):
            seen.append(type(await handle.status(with_logs=True)).__name__)
            if seen[-1] == "Completed":
                break
            sim.clock.advance(1.5)
        assert seen[0] == "Queued"
        assert {"InProgress", "Completed"} < {*seen, ""}
        assert (await handle.get())["video"]["url"].startswith(sim.cdn)
        second = await client.submit(
            "fal-ai/pika/v2.2/text-to-video", arguments={"prompt": "y", "duration": 5}
        )
        await second.cancel()
        assert sim.count("PUT", "/cancel") == 1
        await (await hidden("_client")(client)).aclose()
