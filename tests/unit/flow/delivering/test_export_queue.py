from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.base.units import FrameRange
from clappper.brief.schema import AdBrief
from clappper.flow.delivering.export_order import Stage
from clappper.flow.delivering.export_queue import (
    ExportChanged,
    ExportProgressed,
    ExportQueue,
    ExportState,
    Variant,
    file_name,
    variant_of,
)
from clappper.flow.desk import Desk, empty_timeline
from clappper.media.probe import probe
from clappper.render.presets import Preset, VideoCodec
from clappper.review.ratings import Rating
from clappper.review.records import ReviewRecords
from clappper.store.project import ProjectFolder
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Solid, Title, TitleRole
from clappper.timeline.tracks import set_length
from tests.patience import PATIENCE_SECONDS

SMALL = Preset("9:16 draft", "9:16", scale=0.1)


@pytest.fixture
def desk(brief: AdBrief) -> Desk:
    """Make an edit of one second: a red plate with a price on it."""
    plate = Clip("plate", Solid("#aa2222"), FrameRange(0, 30))
    price = Clip("price", Title(TitleRole.PRICE, "$49", "product.price_text"), FrameRange(4, 30))
    timeline = with_clips(empty_timeline(brief), {"shots": [plate], "titles": [price]})
    return Desk(brief, set_length(timeline, 30))


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    return ProjectFolder.create(tmp_path / "p")


@pytest.fixture
def heard() -> list[object]:
    return []


@pytest.fixture
def hub(heard: list[object]) -> EventHub:
    hub = EventHub()
    hub.subscribe(ExportChanged, heard.append)
    hub.subscribe(ExportProgressed, heard.append)
    return hub


@pytest.fixture
async def queue(project: ProjectFolder, hub: EventHub) -> AsyncIterator[ExportQueue]:
    opened = ExportQueue(project, hub)
    yield opened
    await opened.aclose()


async def finished(queue: ExportQueue) -> None:
    queue.start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await queue.idle()


async def test_a_matrix_is_written_checked_and_told(
    queue: ExportQueue, desk: Desk, heard: list[object], project: ProjectFolder
) -> None:
    cheaper = desk.brief.model_copy(
        update={"product": desk.brief.product.model_copy(update={"price_text": "$39"})}
    )
    queue.add([Variant("", desk), variant_of(desk, "cheaper", cheaper)], [SMALL])
    await finished(queue)
    one, other = queue.exports
    assert (one.state, other.state) == (ExportState.DONE, ExportState.DONE)
    assert (one.frames, one.reused_frames) == (30, 0)
    assert Path(one.path).parent == project.exports
    assert one.path != other.path
    assert probe(Path(one.path)).width == 108
    assert "headline-visible" in {finding.code for finding in one.checks.failures}
    assert not one.passed
    stages = [event.stage for event in heard if isinstance(event, ExportProgressed)]
    assert list(dict.fromkeys(stages)) == list(Stage)

    queue.again(one.id)
    await finished(queue)
    assert queue.get(one.id).reused_frames == 30


async def test_the_queue_is_there_after_a_restart(
    queue: ExportQueue, desk: Desk, project: ProjectFolder, hub: EventHub
) -> None:
    (ordered,) = queue.add([Variant("", desk)], [replace(SMALL, codec=VideoCodec.VP9)])
    queue._put(replace(ordered, state=ExportState.RUNNING))  # noqa: SLF001 - as a crash leaves it
    reopened = ExportQueue(project, hub)
    assert reopened.exports == (ordered,)
    await finished(reopened)
    assert (reopened.get(ordered.id).state, Path(ordered.path).suffix) == (ExportState.DONE, ".webm")
    await reopened.aclose()
    assert ExportQueue(project, hub).get(ordered.id).state is ExportState.DONE


async def test_cancelling_leaves_no_file(
    queue: ExportQueue, desk: Desk, hub: EventHub, project: ProjectFolder
) -> None:
    long = Desk(desk.brief, set_length(desk.timeline, 3000))
    running, waiting = queue.add([Variant("", long)], [SMALL, replace(SMALL, name="9:16 other")])
    started = asyncio.Event()

    def note(event: ExportProgressed) -> None:
        if event.stage is Stage.PICTURE:
            started.set()

    hub.subscribe(ExportProgressed, note)
    queue.start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await started.wait()
        queue.cancel(waiting.id)
        queue.cancel(running.id)
        await queue.idle()
    assert {export.state for export in queue.exports} == {ExportState.CANCELLED}
    assert list(project.exports.iterdir()) == []
    queue.remove(running.id)
    assert [export.id for export in queue.exports] == [waiting.id]
    with pytest.raises(UnusableInputError):
        queue.get(running.id)


async def test_a_missing_file_fails_that_export_and_says_which(queue: ExportQueue, desk: Desk) -> None:
    lost = Clip("logo", Title(TitleRole.LOGO, image="media/logo.png"), FrameRange(0, 30))
    timeline = with_clips(desk.timeline, {"titles": [lost]})
    (ordered,) = queue.add([Variant("", Desk(desk.brief, timeline))], [SMALL])
    await finished(queue)
    export = queue.get(ordered.id)
    assert export.state is ExportState.FAILED
    assert "logo.png" in export.problem


async def test_what_makes_no_sense_is_refused(queue: ExportQueue, desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="empty"):
        queue.add([Variant("", Desk(desk.brief, empty_timeline(desk.brief)))], [SMALL])
    with pytest.raises(UnusableInputError, match="ordered already"):
        queue.add([Variant("", desk), Variant("", desk)], [SMALL])
    assert queue.exports == ()
    (tmp_path / "file").write_text("")
    (ordered,) = queue.add([Variant("", desk)], [SMALL], tmp_path / "file" / "deep")
    await finished(queue)
    assert "cannot be written" in queue.get(ordered.id).problem
    with pytest.raises(ClappperError):
        queue.remove("nothing")


def test_files_are_named_after_ad_variant_and_preset(desk: Desk) -> None:
    name = file_name(Variant("Hook B", desk), Preset("16:9@60 hevc", "16:9", codec=VideoCodec.HEVC))
    assert name.endswith("_hook-b_16x9-60-hevc.mp4")


async def test_ratings_given_while_a_file_is_written_are_kept_and_hold_nobody(
    queue: ExportQueue, desk: Desk, project: ProjectFolder
) -> None:
    (ordered,) = queue.add([Variant("", desk)], [SMALL])
    records = ReviewRecords(project.db)
    queue.start()
    given, longest = 0, 0.0
    async with asyncio.timeout(PATIENCE_SECONDS):
        while queue.get(ordered.id).state is not ExportState.DONE:
            began = time.thread_time()
            said = Rating(
                f"r{given}", "clip", "ann", 4, passed=True, tags=(), notes="", mode="blind", created=""
            )
            records.add_ratings([replace(said, created=f"2026-{given:05}")])
            longest = max(longest, time.thread_time() - began)
            given += 1
            await asyncio.sleep(0.02)
    assert given > 5
    assert [one.id for one in records.ratings()] == [f"r{number}" for number in range(given)]
    assert longest < 0.05
    assert probe(Path(queue.get(ordered.id).path)).width == 108
