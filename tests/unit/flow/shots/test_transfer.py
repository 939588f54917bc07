"""A shot whose world Cosmos paints around an exact product: its controls first, then what Cosmos asks for."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from clappper.base.events import EventHub
from clappper.base.settings import Settings
from clappper.base.units import Money
from clappper.brief.plan import plan
from clappper.brief.route import Engine, Route, route_storyboard
from clappper.brief.schema import AdBrief, load_brief
from clappper.flow.brief_files import find
from clappper.flow.briefing.preflight import plan_line
from clappper.flow.open_project import Workshop, work_off
from clappper.flow.shots.generate import Frame, Inputs, Scenes, input_files
from clappper.flow.shots.transfer import control_requests, with_controls
from clappper.jobs.model import JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.workers import Workers
from clappper.providers.adapters import cosmos
from clappper.providers.adapters.usd_scene import LOCAL, MODELS
from clappper.providers.contract import Capabilities, GenRequest, Kind, Progress, Role
from clappper.providers.registry import Registry
from clappper.providers.workbench import Workbench
from clappper.store.project import ProjectFolder
from clappper.usd.film import write_film, yuv_of
from tests.simulators.cosmos import CosmosSimulator
from tests.unit.flow.keyframes.test_make import Service

EMBEDDED = Capabilities("motion", "studio-1", (Kind.TEXT_TO_VIDEO,), (0.1, 60.0), generative=False)


class Studio(Service):
    """Renders grey films at once, of the size, the rate and the length that are asked for."""

    def draw(self, request: GenRequest, path: Path) -> None:
        page = yuv_of(np.full((request.height, request.width, 3), 90, np.uint8))
        for film in (path, *map(Path, self._controls(path).values())):
            frames = [page] * round(request.seconds * request.fps)
            write_film(film, frames, request.width, request.height, request.fps)

    async def poll(self, remote_id: str) -> Progress:
        progress = await super().poll(remote_id)
        if not progress.outputs:
            return progress
        return replace(progress, sent={"controls": self._controls(Path(progress.outputs[0].location))})

    @staticmethod
    def _controls(film: Path) -> dict[str, str]:
        return {name: str(film.with_suffix(f".{name}.mp4")) for name in ("seg", "depth")}


def brief(**scene: object) -> AdBrief:
    """Write of a bottle in a world, for two seconds, and an end card."""
    first = {"id": "s1", "start_s": 0, "end_s": 2, "type": "lifestyle", "intent": "A bottle on a beach"}
    last = {"id": "s2", "start_s": 2, "end_s": 8, "type": "endcard", "intent": "The bottle, calm"}
    return load_brief(
        {
            "project": {"name": "Ad", "target_audience": "all", "aspect": "9:16", "duration_s": 8},
            "product": {"name": "Amber Perfume", "key_benefit": "Lasts", "brand_colors": ["#D4AF37"]},
            "cta": {"headline": "Smell it"},
            "scenes": [{**first, "provider_hint": "cosmos", **scene}, last],
        }
    )


@pytest.fixture
async def seller() -> AsyncIterator[CosmosSimulator]:
    async with CosmosSimulator() as simulator:
        yield simulator


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(MODELS[LOCAL], tmp_path)


@pytest.fixture
async def shop(tmp_path: Path, seller: CosmosSimulator, studio: Studio) -> AsyncIterator[Workshop]:
    settings = Settings(cosmos_url=seller.api, cosmos_dialect="generator")
    with ProjectFolder.create(tmp_path / "p") as project:
        service = cosmos.create(Workbench(project.scratch, settings, clock=seller.clock))
        registry = Registry([service, studio, Service(EMBEDDED, tmp_path)])
        async with Workers(1) as workers:
            queue = JobQueue(project, registry, EventHub(), clock=seller.clock)
            yield Workshop(project, EventHub(), registry, queue, workers)
        await registry.aclose()


def planned(shop: Workshop, brief: AdBrief) -> tuple[Scenes, dict[str, Route]]:
    models = tuple(
        model for one in ("cosmos", "usd_scene", "motion") for model in shop.registry.get(one).models()
    )
    storyboard, routes = route_storyboard(plan(brief), brief, models)
    shots = tuple(shot for shot in storyboard.scenes if shot.scene_id == "s1")
    scenes = Scenes(brief, replace(storyboard, scenes=shots), Inputs(), Frame.covering(("9:16",)), seed=0)
    return scenes, {shot.id: routes[shot.id] for shot in shots}


def frames_of(address: str) -> int:
    data = base64.b64decode(re.sub("^data:[^,]*,", "", address))
    with av.open(io.BytesIO(data), "r") as film:
        return len(list(film.decode(video=0)))


async def test_the_route_tells_both_steps_and_what_each_costs(shop: Workshop) -> None:
    scenes, routes = planned(shop, brief())
    route = routes["s1"]
    assert (route.engine, route.choice.kind) == (Engine.COSMOS, Kind.TRANSFER)
    assert "its controls are rendered in 3D first, by usd_scene local" in route.reason
    ((_, request),) = scenes.requests(routes, shop.registry)
    line = plan_line(request, route, shop.registry)
    assert line.startswith("s1: usd_scene local renders its controls, free; then cosmos")


async def test_controls_have_the_frames_the_rate_and_the_size_that_the_model_makes(shop: Workshop) -> None:
    scenes, routes = planned(shop, brief())
    request = control_requests(scenes, routes, shop.registry)["s1"]
    assert (request.width, request.height, request.fps) == (720, 1280, 24)
    assert round(request.seconds * request.fps) % 4 == 1
    assert request.extra["controls"] is True
    without = planned(shop, brief(provider_hint="auto"))
    assert control_requests(*without, shop.registry) == {}


@pytest.mark.parametrize(
    ("flags", "sent"),
    [({}, {"seg", "depth"}), ({"use_seg": True}, {"seg"}), ({"use_depth": True}, {"depth"})],
)
async def test_cosmos_gets_the_clip_and_the_controls_that_the_scene_follows(
    shop: Workshop, seller: CosmosSimulator, flags: dict[str, bool], sent: set[str]
) -> None:
    scenes, routes = planned(shop, brief(structure_controls=flags))
    ready, routes = await with_controls(scenes, routes, shop, brief_id="ad", cap=Money.dollars(1))
    assert ready.inputs.own["s1"][0].role is Role.SOURCE_VIDEO
    (job,) = await work_off(shop, ready.requests(routes, shop.registry), brief_id="ad", cap=Money.dollars(1))
    assert job.state is JobState.DONE, job.error
    (body,) = seller.bodies
    assert set(body["transfer"]) == sent
    counts = {frames_of(control["video"]) for control in body["transfer"].values()}
    assert counts == {frames_of(body["input_reference"])} == {body["num_frames"]}


async def test_controls_of_the_brief_s_own_are_sent_as_films_of_what_the_model_makes(
    shop: Workshop, seller: CosmosSimulator, studio: Studio, tmp_path: Path
) -> None:
    Image.new("RGB", (90, 160), "#3050A0").save(tmp_path / "parts.png")
    Image.new("RGB", (64, 64), "#E0B040").save(tmp_path / "beach.jpg")
    grey = yuv_of(np.full((64, 36, 3), 120, np.uint8))
    write_film(tmp_path / "far.mp4", [grey] * 5, 36, 64, 12.0)
    own = {"controls": {"segmap": ["parts.png"], "depth": ["far.mp4"]}, "reference_images": ["beach.jpg"]}
    given = load_brief(brief().model_dump() | {"assets": own})
    scenes, routes = planned(shop, given)
    assert routes["s1"].controls is None
    scenes = replace(scenes, inputs=input_files(given, find(given, tmp_path)))
    ready, routes = await with_controls(scenes, routes, shop, brief_id="ad", cap=Money.dollars(1))
    (job,) = await work_off(shop, ready.requests(routes, shop.registry), brief_id="ad", cap=Money.dollars(1))
    assert job.state is JobState.DONE, job.error
    assert studio.asked == []
    (body,) = seller.bodies
    assert set(body["transfer"]) == {"seg", "depth"}
    films = [body["input_reference"], *(control["video"] for control in body["transfer"].values())]
    assert {frames_of(film) for film in films} == {body["num_frames"]}


async def test_a_shot_without_a_picture_starts_from_its_words(
    shop: Workshop, seller: CosmosSimulator, tmp_path: Path
) -> None:
    Image.new("RGB", (90, 160), "#3050A0").save(tmp_path / "parts.png")
    given = load_brief(brief().model_dump() | {"assets": {"controls": {"segmap": ["parts.png"]}}})
    scenes, routes = planned(shop, given)
    scenes = replace(scenes, inputs=input_files(given, find(given, tmp_path)))
    ready, routes = await with_controls(scenes, routes, shop, brief_id="ad", cap=Money.dollars(1))
    (job,) = await work_off(shop, ready.requests(routes, shop.registry), brief_id="ad", cap=Money.dollars(1))
    assert job.state is JobState.DONE, job.error
    assert seller.bodies[0]["model_mode"] == "text2video"


async def test_a_pose_steers_nothing_that_is_known_here(shop: Workshop) -> None:
    own = {"controls": {"pose_or_traj": "walk.json"}, "reference_images": ["a.jpg"]}
    plain = brief().model_dump()
    plain["product"]["name"] = "Amber"
    plain["scenes"][0]["intent"] = "A beach in the evening"
    _, routes = planned(shop, load_brief(plain | {"assets": own}))
    assert routes["s1"].engine is Engine.EMBEDDED
    assert "cosmos without controls" in routes["s1"].reason


async def test_a_shot_whose_controls_fail_goes_to_what_its_route_names(
    shop: Workshop, studio: Studio
) -> None:
    studio.failing = 1
    scenes, routes = planned(shop, brief())
    ready, used = await with_controls(scenes, routes, shop, brief_id="ad", cap=Money.dollars(1))
    assert used["s1"].engine is Engine.EMBEDDED
    assert "usd_scene" in used["s1"].reason
    assert ready.inputs.own == {}
