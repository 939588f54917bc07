"""What a shot costs from keyframes and fill, against generating all of it, at the same services' prices.

A shot of 6 s is planned as the product plans it, once for every model that makes clips from words and whose
price is known: two actions begin in it, the camera turns, keyframes are of medium density. Simulated: prices
as this program knows them (their upper ends), nothing is sent.

Run it with ``python -m benchmarks.keyframes``.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

from clappper.base.events import EventHub
from clappper.base.units import FrameRange, Money
from clappper.brief.plan import plan
from clappper.brief.route import Choice, Engine, Route
from clappper.brief.schema import SceneBeat
from clappper.brief.templates import template
from clappper.flow.keyframes.plan import KeyframePlan, cheapest, plan_shot
from clappper.flow.open_project import Workshop
from clappper.flow.shots.generate import Frame, Inputs, Scenes
from clappper.jobs.queue import JobQueue
from clappper.jobs.workers import Workers
from clappper.providers import registry as providers
from clappper.providers.contract import Capabilities, Kind
from clappper.providers.workbench import Workbench
from clappper.store.project import ProjectFolder

SECONDS = 6
BEATS = (
    SceneBeat(start=0.0, end=3.0, action="steam rises"),
    SceneBeat(start=3.0, end=6.0, action="it pours"),
)


async def main() -> None:
    folder = Path(tempfile.mkdtemp())
    registry = providers.load(Workbench(folder))
    with ProjectFolder.create(folder / "p") as project:
        hub = EventHub()
        async with Workers(1) as workers:
            shop = Workshop(project, hub, registry, JobQueue(project, registry, hub), workers)
            print("| model | whole | keyframes | generated | planned | at most, with mending |")
            print("|---|---|---|---|---|---|")
            for model in registry.capabilities():
                if Kind.TEXT_TO_VIDEO in model.kinds and model.generative and model.price is not None:
                    found = planned(model, shop)
                    if found.whole is not None and found.whole.micros:
                        print(row(model, found))
    await registry.aclose()


def planned(model: Capabilities, shop: Workshop) -> KeyframePlan:
    image = cheapest([m for m in shop.registry.capabilities() if m.price], Kind.TEXT_TO_IMAGE)
    assert image is not None
    brief = template("product-offer")
    storyboard = plan(brief)
    first = storyboard.scenes[0]
    rate = storyboard.rate
    shot = replace(
        first,
        frames=FrameRange(0, rate.frame_at(SECONDS)),
        move="pan",
        beats=BEATS,
        handle_before=0,
        handle_after=0,
    )
    scenes = Scenes(brief, replace(storyboard, scenes=(shot,)), Inputs(), Frame.covering(("9:16",)), seed=1)
    choice = Choice(
        Engine.T2V, model.provider, model.model, Kind.TEXT_TO_VIDEO, SECONDS, 30.0, model.seconds[1]
    )
    route, painter = Route(shot.id, choice, "", "", "", keyframes="t2i"), (image.provider, image.model)
    return plan_shot(scenes, shot, route, painter, shop.registry, shop.queue.estimate)


def row(model: Capabilities, plan: KeyframePlan) -> str:
    stretches = ", ".join(f"{(w.end - w.start + 1) / plan.recipe.fps:.1f} s" for w in plan.windows)
    filler = plan.recipe.fill[1] if plan.recipe.fill and plan.windows else ""
    whole, most = plan.whole or Money(), plan.most or Money()
    share = f" ({100 * most.micros / whole.micros:.0f} %)" if whole.micros else ""
    made = f"{stretches} by {filler}" if stretches else "nothing"
    cells = (
        f"{model.provider} {model.model}",
        whole,
        len(plan.keyframes),
        made,
        plan.planned,
        f"{most}{share}",
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    asyncio.run(main())
