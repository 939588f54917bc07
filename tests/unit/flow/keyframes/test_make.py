"""Shots from keyframes, with false services that count and bill, real drawing and real joining."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.flow.keyframes.make import make_shot
from clappper.flow.keyframes.records import record_of
from clappper.flow.open_project import Workshop, run_jobs
from clappper.jobs.model import Job
from clappper.jobs.queue import JobQueue
from clappper.jobs.recipes import DOCUMENT, Moment, Recipe, Way
from clappper.jobs.workers import Workers
from clappper.providers.adapters.frames import Frames
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    InputFile,
    Issue,
    Kind,
    Output,
    Price,
    Progress,
    ProviderFault,
    RemoteState,
    Role,
)
from clappper.providers.fitting import fits
from clappper.providers.frames import between
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder

SIZE = (96, 64)
IMAGE, DIME, SECOND = Money.dollars("0.01"), Money.dollars("0.10"), Money.dollars("0.20")


class Service:
    """A paid service that works at once, counts what it is asked for, and fails when told to."""

    def __init__(self, model: Capabilities, folder: Path, *, colour_shift: int = 0) -> None:
        self.name = model.provider
        self.model = model
        self.folder = folder
        self.asked: list[GenRequest] = []
        self.failing = 0
        self.colour_shift = colour_shift

    def models(self) -> tuple[Capabilities, ...]:
        return (self.model,)

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return fits(request, self.model)

    def estimate(self, request: GenRequest) -> Estimate:
        assert self.model.price is not None
        units = request.seconds if self.model.price.unit == "second" else 1
        cost = Money(round(self.model.price.amount.micros * units))
        return Estimate(cost, cost, (1.0, 2.0), "the test")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return {"prompt": request.prompt}

    async def check(self) -> Health:
        return Health(ready=True, detail="Ready.")

    async def submit(self, request: GenRequest) -> str:
        self.asked.append(request)
        return str(len(self.asked) - 1)

    async def poll(self, remote_id: str) -> Progress:
        request = self.asked[int(remote_id)]
        if self.failing:
            self.failing -= 1
            fault = ProviderFault(FaultKind.POLICY, "It is refused.")
            return Progress(RemoteState.FAILED, error=fault, cost=Money())
        suffix = ".png" if request.kind is Kind.TEXT_TO_IMAGE else ".mp4"
        path = self.folder / f"{self.name}-{remote_id}{suffix}"
        self.draw(request, path)
        mime = "image/png" if suffix == ".png" else "video/mp4"
        output = Output(str(path), mime, mime.partition("/")[0])
        return Progress(RemoteState.SUCCEEDED, 1.0, outputs=(output,), cost=self.estimate(request).high)

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        del remote_id
        await asyncio.to_thread(shutil.copyfile, output.location, destination)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        del remote_id
        return CancelOutcome(stopped=False, still_billed=True)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        del request, since, known
        return None

    async def aclose(self) -> None:
        pass

    def draw(self, request: GenRequest, path: Path) -> None:
        """Draw a picture of blobs whose place and kind the words say, or a clip between two such."""
        if request.kind is not Kind.TEXT_TO_IMAGE:
            between.make(request, path, lambda *_: None)
            return
        found = re.search(r"shift (\d+) world (\d+)", request.prompt)
        assert found is not None
        noise = np.random.default_rng(int(found[2])).normal(0, 1, (64, 200)).astype(np.float32)
        grey = np.clip(120 + cv2.GaussianBlur(noise, (0, 0), 5) * 700, 30, 220) + request.seed
        left = int(found[1])
        cv2.imwrite(str(path), np.clip(grey[:, left : left + 96], 0, 255).astype(np.uint8))


def image_model() -> Capabilities:
    return Capabilities(
        "painter",
        "p-1",
        (Kind.TEXT_TO_IMAGE,),
        (0.1, 99.0),
        max_references=1,
        price=Price("image", IMAGE, "2026"),
    )


def fill_model(**changes: Any) -> Capabilities:
    model = Capabilities(
        "mover",
        "m-1",
        (Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES),
        (0.2, 10.0),
        last_frame=True,
        price=Price("second", SECOND, "2026"),
    )
    return replace(model, **changes)


def recipe(*words: str) -> Recipe:
    moments = tuple(Moment(12 * at, f"shift {word}", 1) for at, word in enumerate(words))
    image, fill = ("painter", "p-1"), ("mover", "m-1")
    return Recipe("s1", "s1", "blobs drift", "", "16:9", *SIZE, 24.0, moments, image, fill)


class Bench:
    """An open project with the services, and a way to run requests in it."""

    def __init__(self, shop: Workshop, painter: Service, mover: Service) -> None:
        self.shop, self.painter, self.mover = shop, painter, mover

    async def run(self, requests: Sequence[GenRequest]) -> Sequence[Job]:
        named = [("s1", request) for request in requests]
        return await run_jobs(self.shop, named, brief_id="ad", cap=Money.dollars(20))

    async def make(self, wanted: Recipe, fill: str = "1") -> Any:
        return await make_shot(wanted, self.shop, self.run, Money.dollars(fill))

    def spent(self) -> Money:
        return self.shop.queue.ledger.spent()


@pytest.fixture
def fill() -> Capabilities:
    return fill_model()


@pytest.fixture
async def bench(tmp_path: Path, fill: Capabilities, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr("clappper.flow.keyframes.make.MOST_ROUNDS", 2)
    with ProjectFolder.create(tmp_path / "p") as project:
        painter, mover = Service(image_model(), tmp_path), Service(fill, tmp_path)
        registry = Registry([painter, mover, Frames(project.scratch)])
        hub = EventHub()
        async with Workers(1) as workers:
            queue = JobQueue(project, registry, hub)
            yield Bench(Workshop(project, hub, registry, queue, workers), painter, mover)
        await registry.aclose()


def frame_count(bench: Bench, job: Job) -> int:
    path = bench.shop.project.locate(bench.shop.project.assets.get(job.asset_id).path)
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(container.streams.video[0]))


async def test_like_keyframes_are_drawn_between_for_the_price_of_the_pictures(bench: Bench) -> None:
    shot = await bench.make(recipe("0 world 1", "3 world 1", "6 world 1"))
    assert [segment.way for segment in shot.segments] == [Way.INTERPOLATE] * 2
    assert bench.spent() == Money(3 * IMAGE.micros)
    assert frame_count(bench, shot.job) == 25
    assert shot.seams == ()
    assert shot.stitches == (12,)
    kept = bench.painter.asked[1].files
    assert [file.role for file in kept] == [Role.REFERENCE]


async def test_keyframes_are_cut_out_of_a_film_of_the_shot(bench: Bench, tmp_path: Path) -> None:
    ends = []
    for role, left in ((Role.FIRST_FRAME, 0), (Role.LAST_FRAME, 40)):
        path = tmp_path / f"{role}.png"
        noise = np.random.default_rng(1).normal(0, 1, (64, 200)).astype(np.float32)
        grey = np.clip(120 + cv2.GaussianBlur(noise, (0, 0), 5) * 700, 30, 220)
        cv2.imwrite(str(path), grey[:, left : left + 96].astype(np.uint8))
        ends.append(InputFile(role, str(path), str(left).zfill(64), "image/png"))
    film = GenRequest(
        "", Kind.KEYFRAMES, "mover", "m-1", "", 1.05, "", "16:9", *SIZE, fps=24.0, files=tuple(ends)
    )
    shot = await bench.make(replace(recipe("", "", ""), film=film, fill=None))
    assert bench.painter.asked == []
    assert len(bench.mover.asked) == 1
    record = record_of(bench.shop.project, shot.job.id)
    assert record is not None
    first, _, last = (cv2.imread(picture.path) for picture in record.pictures)
    assert first is not None
    assert last is not None
    assert float(np.abs(first.astype(int) - last).mean()) > 5
    assert frame_count(bench, shot.job) == 25


async def test_unlike_keyframes_are_generated_between_and_one_change_touches_its_neighbours_only(
    bench: Bench,
) -> None:
    wanted = recipe("0 world 1", "3 world 1", "0 world 2", "2 world 2", "5 world 2")
    shot = await bench.make(wanted, "0.15")
    assert [segment.way for segment in shot.segments] == [
        Way.INTERPOLATE,
        Way.I2V,
        Way.INTERPOLATE,
        Way.INTERPOLATE,
    ]
    (paid,) = bench.mover.asked
    assert [file.role for file in paid.files] == [Role.FIRST_FRAME, Role.LAST_FRAME]
    pictures, drawn = len(bench.painter.asked), drawn_between(bench)
    other = replace(wanted.moments[3], prompt="shift 3 world 2", still=None)
    changed = replace(wanted, moments=(*wanted.moments[:3], other, *wanted.moments[4:]))
    await bench.make(changed, "0.15")
    assert len(bench.painter.asked) == pictures + 1
    assert len(bench.mover.asked) == 1
    assert drawn_between(bench) == drawn + 2


async def test_a_run_that_broke_off_goes_on_without_paying_anything_twice(bench: Bench) -> None:
    wanted = recipe("0 world 1", "0 world 2", "0 world 3")
    bench.mover.failing = 1
    with pytest.raises(ClappperError, match="refused"):
        await bench.make(wanted, "0.3")
    before = len(bench.painter.asked), len(bench.mover.asked)
    assert before == (3, 2)
    await bench.make(wanted, "0.3")
    assert (len(bench.painter.asked), len(bench.mover.asked)) == (3, 3)
    paid = [job for job in bench.shop.queue.list() if job.request.provider == "mover" and job.state == "done"]
    assert len({job.request_hash for job in paid}) == len(paid) == 2


async def test_the_money_for_fill_goes_to_the_keyframes_that_are_least_alike(bench: Bench) -> None:
    shot = await bench.make(recipe("0 world 1", "9 world 1", "0 world 2"), "0.12")
    assert [segment.way for segment in shot.segments] == [Way.INTERPOLATE, Way.I2V]
    assert "is left, so it is drawn" in shot.segments[0].reason
    assert bench.spent() <= Money(3 * IMAGE.micros) + Money.dollars("0.12")


async def test_a_stitch_that_shows_climbs_the_ladder_and_its_steps_are_kept(bench: Bench) -> None:
    wanted = recipe("0 world 1", "3 world 1", "0 world 2")
    shot = await bench.make(replace(wanted, fill=None), "1")
    assert shot.segments[1].way is Way.INTERPOLATE
    assert "nothing that generates" in shot.segments[1].reason
    page = bench.shop.project.documents.load(DOCUMENT, "s1")
    assert page is not None
    kept = json.loads(page.text)
    assert kept["job"] == shot.job.id
    assert len(kept["segments"]) == len(shot.segments)
    assert [step["step"] for step in kept["decisions"]] == [decision.step for decision in shot.decisions]
    assert kept["decisions"]
    assert all(step["drift"].startswith("EfficientNet ") for step in kept["decisions"])
    drifts = {one["by"]: one for one in kept["drifts"] if one["frame"] == shot.stitches[0]}
    assert drifts["EfficientNet"]["across"] >= 0
    assert drifts["CLIP"]["reason"].startswith("cannot compute: ")


@pytest.mark.parametrize("fill", [fill_model(max_keyframes=5, price=Price("clip", DIME, "2026"))])
async def test_one_call_through_all_keyframes_is_taken_where_it_is_cheaper(bench: Bench) -> None:
    shot = await bench.make(recipe("0 world 1", "0 world 2", "0 world 3"))
    (asked,) = bench.mover.asked
    assert [file.role for file in asked.files] == [Role.FIRST_FRAME, Role.KEYFRAME, Role.LAST_FRAME]
    assert asked.files[1].at_seconds == 0.5
    assert shot.decisions[0].step == "native keyframes"
    assert frame_count(bench, shot.job) == 25
    assert bench.spent() == Money(3 * IMAGE.micros) + DIME


def drawn_between(bench: Bench) -> int:
    return sum(job.request.model == "between-1" for job in bench.shop.queue.list())
