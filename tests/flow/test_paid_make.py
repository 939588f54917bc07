"""An ad whose shots are bought: from a seller on loopback, with its books as the judge."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clappper.base.events import EventHub
from clappper.base.secrets import Secrets
from clappper.base.settings import Settings
from clappper.base.units import Money
from clappper.brief.preflight import Scorecard
from clappper.flow.briefing.gate import BlockedError
from clappper.flow.briefing.preflight import Means, preflight_file
from clappper.flow.generating.make import Made, Order, make
from clappper.flow.money import money_of_project
from clappper.providers.workbench import Workbench
from clappper.render.canvas import ASPECTS
from tests.flow.small import SIZES
from tests.simulators.stage import Fault, Job, SimulatorClock
from tests.torture.killing import Seller
from tests.torture.victim import RushingClock

Ad = Callable[..., Path]


@cache
def long_clip() -> bytes:
    """Encode six seconds of a square that wanders over grey."""
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=16)
        stream.width, stream.height, stream.pix_fmt = 180, 320, "yuv420p"
        for number in range(96):
            picture = np.full((320, 180, 3), 110, np.uint8)
            picture[2 * number : 2 * number + 60, 50:130] = (200, 90, 30)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()


class Shop(Seller):
    """Sells clips that are long enough for an ad, and none whose words hold ``refused``."""

    refused = ""

    def publish(self, name: str, kind: str = "video") -> str:
        address = super().publish(name, kind)
        if kind == "video":
            self.files[name] = long_clip() + self.files[name][-8 - len(name) :]
        return address

    def accept(self, prompt: str, request: dict[str, Any], remote_id: str = "", **extra: Any) -> Job:
        job = super().accept(prompt, request, remote_id, **extra)
        if self.refused and self.refused in prompt:
            job.outcome = "policy"
        return job


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with Shop() as shop:
        yield shop


@pytest.fixture
def quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver a quarter of the width and height."""
    for aspect, size in SIZES.items():
        monkeypatch.setitem(ASPECTS, aspect, size)


def bench(shop: Shop) -> Workbench:
    settings = Settings(replicate_base_url=shop.api, own_origins=(shop.cdn,))
    clock = RushingClock(shop.epoch, shop.speed, SimulatorClock().now())
    return Workbench(Path(), settings, Secrets({"REPLICATE_API_TOKEN": shop.key}), clock=clock)


def pages(made: Made, provider: str) -> list[dict[str, Any]]:
    found = sorted((made.project / "generated" / provider).glob("*.json"))
    return [json.loads(page.read_text()) for page in found]


async def order(shop: Shop, brief: Path, out: Path, told: list[tuple[int, Scorecard]]) -> Made:
    def tell(card: Scorecard) -> None:
        told.append((shop.billed, card))

    return await make(Order(brief, out), EventHub(), lambda *_: None, bench(shop), tell)


async def test_shots_are_bought_after_the_plan_was_told_and_what_fails_is_made_here(
    shop: Shop, ad: Ad, tmp_path: Path, quarter: None
) -> None:
    """The answer to one order is lost on the way, and the other is refused for what it shows."""
    assert quarter is None
    told: list[tuple[int, Scorecard]] = []
    shop.fail("POST", "/predictions", Fault(0, after=True))
    shop.refused = "mist"
    made = await order(shop, ad(), tmp_path / "out", told)
    assert made.passed
    assert shop.billed == len(made.routes) == 2
    assert not shop.leaks

    ((billed, card),) = told
    assert billed == 0
    assert card.estimate is not None
    assert card.estimate.high is not None
    assert card.estimate.basis.count("If it fails: motion, free.") == 2
    assert Money() < made.spent <= card.estimate.high

    routes = {shot: route.provider for shot, route in made.routes.items()}
    assert routes == {"s1": "motion", "s2": "replicate"}
    assert "replicate failed" in made.routes["s1"].reason
    ((bought,), (stood_in,)) = pages(made, "replicate"), pages(made, "motion")
    assert bought["route"].endswith("goes to t2v.")
    assert bought["provider_pack"]["sent"]["model"]
    assert stood_in["route"] == made.routes["s1"].reason
    assert money_of_project(made.project).lines[0].per_minute is not None


async def test_what_may_be_spent_decides(shop: Shop, ad: Ad, tmp_path: Path) -> None:
    _, free = await preflight_file(ad(), bench(shop), means=Means(free=True))
    assert free.estimate is not None
    assert free.estimate.high == Money()
    poor = ad(lambda data: data.update(compute={"budget_usd_max": 1}))
    with pytest.raises(BlockedError):
        await order(shop, poor, tmp_path / "out", [])
    assert not (tmp_path / "out").exists()
    assert shop.billed == 0
