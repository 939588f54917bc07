"""What a shot from keyframes costs is said before anything is spent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.brief.fields import with_value
from clappper.brief.plan import plan
from clappper.brief.route import route_storyboard
from clappper.brief.schema import FrameMode
from clappper.brief.templates import template
from clappper.flow.generate import Frame, Scenes
from clappper.flow.keyframe_shots import KeyframeCost, price_keyframes
from clappper.flow.open_project import Workshop
from clappper.jobs.queue import JobQueue
from clappper.jobs.workers import Workers
from clappper.providers.contract import Capabilities, Estimate, GenRequest, Kind, Price
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder
from tests.unit.flow.test_keyframe_fill import IMAGE, Service, fill_model, image_model


class Unpriced(Service):
    """A service that may have no price."""

    def estimate(self, request: GenRequest) -> Estimate:
        return super().estimate(request) if self.model.price else Estimate(None, None, None, "")


KINDS = (Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES)
DOLLAR = Price("second", Money.dollars(1), "2026")


@pytest.fixture
def mover() -> Capabilities:
    return fill_model(kinds=KINDS, price=DOLLAR)


@pytest.fixture
async def shop(tmp_path: Path, mover: Capabilities) -> AsyncIterator[Workshop]:
    with ProjectFolder.create(tmp_path / "p") as project:
        registry = Registry([Service(image_model(), tmp_path), Unpriced(mover, tmp_path)])
        hub = EventHub()
        async with Workers(1) as workers:
            yield Workshop(project, hub, registry, JobQueue(project, registry, hub), workers)
        await registry.aclose()


def planned(shop: Workshop, mover: Capabilities, mode: FrameMode) -> tuple[KeyframeCost, ...]:
    brief = with_value(template("product-offer"), "compute.ip_frame_mode", mode)
    models = (image_model(), mover)
    storyboard, routes = route_storyboard(plan(brief), brief, models)
    scenes = Scenes(brief, storyboard, (), Frame.covering((brief.project.aspect,)), seed=0)
    return price_keyframes(scenes, routes, models, shop)


async def test_a_shot_costs_its_pictures_and_at_most_its_share_for_fill(
    shop: Workshop, mover: Capabilities
) -> None:
    plans = planned(shop, mover, "keyframes_plus_fill")
    assert plans
    for one in plans:
        assert one.keyframes >= 2
        assert one.cost.low == Money(one.keyframes * IMAGE.micros)
        assert one.cost.high is not None
        assert one.cost.high > one.cost.low
    assert shop.queue.ledger.spent() == Money()


async def test_shots_that_are_generated_whole_have_no_such_plan(shop: Workshop, mover: Capabilities) -> None:
    assert planned(shop, mover, "full_t2v") == ()


@pytest.mark.parametrize("mover", [fill_model(kinds=KINDS, price=None)])
async def test_a_fill_without_a_price_is_not_taken_for_free(shop: Workshop, mover: Capabilities) -> None:
    for one in planned(shop, mover, "keyframes_plus_fill"):
        assert one.cost.high is None
        assert str(one.cost).endswith("mover m-1 has no price")
