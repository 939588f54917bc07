"""What is still to come is written down, read back equal, and let go of when it has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.brief.plan import plan
from clappper.brief.schema import to_dict
from clappper.brief.templates import template
from clappper.flow.generating.ad_orders import KIND, AdBook, AdRecord, Awaited
from clappper.flow.keyframes.filling import Filling
from clappper.jobs.model import Job, JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.recipes import Moment, Recipe, image_request
from clappper.providers.contract import InputFile, Role
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder
from tests.unit.flow.keyframes.test_make import Service, fill_model, image_model, recipe

STILL = InputFile(Role.KEYFRAME, "a.png", "0" * 64, "image/png")


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[JobQueue]:
    with ProjectFolder.create(tmp_path / "p") as project:
        registry = Registry([Service(image_model(), tmp_path), Service(fill_model(), tmp_path)])
        yield JobQueue(project, registry, EventHub())


def asked(queue: JobQueue, shot_id: str, words: str = "0 world 1") -> Job:
    made = recipe(words, words)
    request = image_request(made, made.moments[0], queue.registry.model("painter", "p-1"), None)
    return queue.enqueue(request, brief_id="ad", scene_id=shot_id).job


def record(waiting: dict[str, Job], filling: dict[str, Recipe] | None = None, name: str = "g1") -> AdRecord:
    brief = template("product-offer")
    return AdRecord(
        name,
        "ad",
        to_dict(brief),
        plan(brief),
        "generated anyway",
        12,
        7,
        {shot: Awaited(job.id, job.request_hash) for shot, job in waiting.items()},
        {shot: Filling(shot, "ad", made, Money(5)) for shot, made in (filling or {}).items()},
        {"s1": "It goes to t2v."},
        {"s1": "motion"},
    )


def test_a_record_is_read_back_equal(queue: JobQueue) -> None:
    made = recipe("0 world 1", "3 world 1")
    with_still = replace(made, moments=(*made.moments, Moment(24, "end", 1, STILL)))
    kept = record({"s2": asked(queue, "s2")}, {"s1": with_still})
    AdBook(queue.project.documents).keep(kept)
    assert AdBook(queue.project.documents).records == {"g1": kept}
    assert kept.read_brief() == template("product-offer")


def test_a_record_leaves_the_book_when_all_has_come(queue: JobQueue) -> None:
    book, scene = AdBook(queue.project.documents), template("product-offer").scenes[0].id
    kept = record({scene: asked(queue, scene)})
    book.keep(kept)
    assert list(book.awaited(scene)) == [scene]
    book.keep(kept.without(scene))
    assert book.records == AdBook(queue.project.documents).records == {}


def test_asking_anew_gives_up_what_failed_and_keeps_what_is_on_its_way(queue: JobQueue) -> None:
    book = AdBook(queue.project.documents)
    failed, coming = asked(queue, "s1", "0 world 1"), asked(queue, "s2", "0 world 2")
    queue.records.move(failed, JobState.FAILED, queue.clock.now(), error="no")
    book.keep(record({"s1": failed, "s2": coming}, {"s3": recipe("0 world 3", "0 world 4")}))
    book.supersede(["s1", "s2", "s3"], queue)
    assert set(book.records["g1"].awaits_all) == {"s2"}


def test_a_shot_is_met_by_its_job_and_by_its_retry_only(queue: JobQueue) -> None:
    first, other = asked(queue, "s1", "0 world 1"), asked(queue, "s1", "0 world 2")
    awaited = Awaited(first.id, first.request_hash)
    queue.records.move(first, JobState.FAILED, queue.clock.now(), error="no")
    again = queue.retry(first.id)
    assert awaited.is_met_by(first)
    assert awaited.is_met_by(again)
    assert not awaited.is_met_by(other)
    assert awaited.newest(queue).id == again.id


def test_a_record_that_cannot_be_read_is_left_alone(queue: JobQueue) -> None:
    queue.project.documents.save(KIND, "old", '{"id": "old"}')
    assert AdBook(queue.project.documents).records == {}
