"""What a shot from keyframes may still cost: all of it at first, less what was paid since it was begun."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.flow.keyframes.filling import Filling, still_to_pay
from clappper.flow.open_project import Workshop, run_jobs
from clappper.jobs.queue import JobQueue
from clappper.jobs.recipes import image_request
from clappper.jobs.workers import Workers
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder
from tests.unit.flow.keyframes.test_make import IMAGE, Service, fill_model, image_model, recipe

HIGH = Money.dollars("0.50")
SHOT = Filling("s1", "ad", recipe("0 world 1", "9 world 1"), Money.dollars("0.40"))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectFolder]:
    with ProjectFolder.create(tmp_path / "p") as made:
        yield made


async def test_what_is_paid_already_is_not_asked_for_again(project: ProjectFolder, tmp_path: Path) -> None:
    registry = Registry([Service(image_model(), tmp_path), Service(fill_model(), tmp_path)])
    hub = EventHub()
    queue = JobQueue(project, registry, hub)
    assert still_to_pay(queue, SHOT, HIGH) == HIGH
    assert still_to_pay(queue, SHOT, None) is None
    first = image_request(SHOT.recipe, SHOT.recipe.moments[0], registry.model("painter", "p-1"), None)
    async with Workers(1) as workers:
        shop = Workshop(project, hub, registry, queue, workers)
        await run_jobs(shop, [("s1", first)], brief_id="ad", cap=HIGH)
    assert still_to_pay(queue, SHOT, HIGH) == HIGH - IMAGE
    assert still_to_pay(queue, SHOT, Money(1)) == Money()


def test_a_shot_knows_how_many_parts_it_has() -> None:
    assert SHOT.parts == 2 + 1 + 1
