"""What a shot from keyframes costs is said before anything is spent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.brief.fields import with_value
from clappper.brief.keyframes import CEILING
from clappper.brief.plan import plan
from clappper.brief.route import route_storyboard
from clappper.brief.schema import FrameMode
from clappper.brief.templates import template
from clappper.flow.keyframes.plan import KeyframePlan, price_keyframes
from clappper.flow.open_project import Workshop
from clappper.flow.shots.generate import Frame, Inputs, Scenes
from clappper.jobs.queue import JobQueue
from clappper.jobs.workers import Workers
from clappper.providers.adapters.frames import Frames
from clappper.providers.contract import Capabilities, Estimate, GenRequest, Kind, Price
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder
from tests.unit.flow.keyframes.test_make import IMAGE, Service, fill_model, image_model


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
        services = [Service(model, tmp_path) for model in (image_model(), SCENE)] + [
            Unpriced(mover, tmp_path)
        ]
        registry = Registry([*services, Frames(project.scratch)])
        hub = EventHub()
        async with Workers(1) as workers:
            yield Workshop(project, hub, registry, JobQueue(project, registry, hub), workers)
        await registry.aclose()


SCENE = fill_model(
    provider="usd_scene",
    model="local",
    kinds=(Kind.TEXT_TO_VIDEO,),
    price=Price("clip", Money(), "2026"),
    generative=False,
)


def planned(
    shop: Workshop, mover: Capabilities, mode: FrameMode, units: int = 100
) -> tuple[KeyframePlan, ...]:
    brief = with_value(template("product-offer"), "compute.ip_frame_mode", mode)
    brief = with_value(brief, "compute.keyframe_units", units)
    models = (image_model(), mover)
    storyboard, routes = route_storyboard(plan(brief), brief, models)
    scenes = Scenes(brief, storyboard, Inputs(), Frame.covering((brief.project.aspect,)), seed=0)
    return price_keyframes(scenes, routes, models, shop.registry, shop.queue.estimate)


async def test_a_shot_costs_at_most_half_of_generating_it(shop: Workshop, mover: Capabilities) -> None:
    plans = planned(shop, mover, "keyframes_plus_fill")
    assert plans
    for one in plans:
        assert one.pictures == Money(len(one.keyframes) * IMAGE.micros)
        assert one.whole is not None
        assert one.planned is not None
        assert one.most is not None
        assert one.windows
        assert one.planned <= one.most <= Money(int(one.whole.micros * CEILING))
        assert (one.cost.low, one.cost.high) == (one.pictures, one.most)
        assert "units" in str(one)
    assert shop.queue.ledger.spent() == Money()


async def test_fewer_units_spend_less(shop: Workshop, mover: Capabilities) -> None:
    for one in planned(shop, mover, "keyframes_plus_fill", 40):
        assert one.whole is not None
        assert one.most is not None
        assert one.most.micros <= one.whole.micros * 2 // 10


async def test_shots_that_are_generated_whole_have_no_such_plan(shop: Workshop, mover: Capabilities) -> None:
    assert planned(shop, mover, "full_t2v") == ()


@pytest.mark.parametrize("mover", [fill_model(kinds=KINDS, price=None)])
async def test_a_fill_without_a_price_is_never_bought(shop: Workshop, mover: Capabilities) -> None:
    for one in planned(shop, mover, "keyframes_plus_fill"):
        assert one.most == one.pictures
        assert "price of m-1 is not known" in one.note


@pytest.mark.parametrize(
    ("mover", "length"),
    [
        (fill_model(kinds=KINDS, price=DOLLAR, seconds=(1.0, 10.0), durations=(5.0, 10.0)), 0),
        (fill_model(kinds=KINDS, price=DOLLAR, seconds=(1.0, 10.0), durations=(1.0, 2.0, 10.0)), 1),
    ],
)
async def test_stretches_are_as_long_as_the_clips_that_are_sold(
    shop: Workshop, mover: Capabilities, length: int
) -> None:
    """A shot of 3 s costs 10 s whole: half of that pays for two clips of 2 s, but for none of 5 s less
    its pictures.
    """
    plans = planned(shop, mover, "keyframes_plus_fill")
    spans = [(w.end - w.start + 1) / one.recipe.fps for one in plans for w in one.windows]
    assert all(span <= 2.0 for span in spans)
    assert bool(spans) == bool(length)
    assert all(one.windows or "All is drawn" in one.note for one in plans)


@pytest.mark.parametrize("mover", [fill_model(kinds=KINDS, price=Price("second", Money(100), "2026"))])
async def test_keyframes_that_cost_more_than_the_shot_are_not_made(
    shop: Workshop, mover: Capabilities
) -> None:
    for one in planned(shop, mover, "keyframes_plus_fill"):
        assert not one.pays
        assert "generated whole" in str(one)


async def test_a_3d_scene_gives_the_keyframes_for_nothing(shop: Workshop, mover: Capabilities) -> None:
    brief = with_value(template("product-offer"), "compute.ip_frame_mode", "keyframes_plus_fill")
    brief = with_value(brief, "assets.product_usd", "product.usda")
    models = (image_model(), mover, SCENE)
    storyboard, routes = route_storyboard(plan(brief), brief, models)
    scenes = Scenes(brief, storyboard, Inputs(), Frame.covering((brief.project.aspect,)), seed=0)
    plans = price_keyframes(scenes, routes, models, shop.registry, shop.queue.estimate)
    assert plans
    for one in plans:
        assert routes[one.shot_id].provider == "mover"
        assert one.recipe.image == ("usd_scene", "local")
        assert one.recipe.film is not None
        assert one.recipe.film.provider == "usd_scene"
        assert one.pictures == Money()
        assert one.fill == one.units.worth
