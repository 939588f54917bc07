"""The verbs on a clip, with the embedded services and small real clips."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.base.units import FrameRange, FrameRate, Money
from clappper.brief.schema import AdBrief
from clappper.flow.desk import Desk, empty_timeline, keep_desk
from clappper.flow.generating import regenerate
from clappper.flow.generating.person_matte import cut_out_person, network_of
from clappper.flow.project.session import Session, open_session
from clappper.flow.reviewing.review_desk import generated_clips
from clappper.flow.shots.generate import take_of
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.matte.film import By
from clappper.media.pick import Spot, picture_at
from clappper.media.picture import Yuv
from clappper.media.probe import probe
from clappper.providers.contract import GenRequest, Kind
from clappper.store.project import ProjectFolder
from clappper.timeline.attributes import set_cutout
from clappper.timeline.change import with_changes, with_clips
from clappper.timeline.model import Clip, CutoutKind, Footage, Grade, MediaKind, Take, Timeline
from clappper.timeline.placing import lift
from clappper.timeline.queries import clip_of, track_of

SMALL = (64, 112)
FILMED = 60


def film(path: Path, level: int) -> None:
    """Write two seconds of a drifting pattern."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = (np.arange(200) * 37 % 90).astype(np.uint8)
    with FrameWriter(path, Encoding(*SMALL, rate_of(), options={"preset": "ultrafast"})) as writer:
        for number in range(FILMED):
            row = level + ramp[number // 2 : number // 2 + SMALL[0]]
            y = np.broadcast_to(row.astype(np.uint8), SMALL[::-1]).copy()
            half = np.full((SMALL[1] // 2, SMALL[0] // 2), 128, np.uint8)
            writer.write(Yuv(y, half, half))


def rate_of() -> FrameRate:

    return FrameRate(30)


def take(name: str) -> Take:
    return Take(f"{name}-take", f"media/{name}.mp4", MediaKind.VIDEO, FrameRange(0, FILMED), *SMALL)


def edit(brief: AdBrief) -> Timeline:
    """Lay out three shots: ``a`` uses all it has, ``b`` follows, then a gap of 12 frames, then ``c``."""
    shots = [
        Clip("a", Footage((take("a"),)), FrameRange(0, 60), scene_id=brief.scenes[0].id, grade=Grade(0.5)),
        Clip("b", Footage((take("b"),)), FrameRange(60, 90), source_start=30),
        Clip("c", Footage((take("b"),)), FrameRange(102, 132)),
    ]
    return with_clips(empty_timeline(brief), {"shots": shots})


@pytest.fixture
async def desk(tmp_path: Path, brief: AdBrief) -> AsyncIterator[Session]:
    folder = tmp_path / "ad.clappper"
    with ProjectFolder.create(folder) as project:
        keep_desk(project, "Make the ad", Desk(brief, edit(brief)))
    film(folder / "media" / "a.mp4", 60)
    film(folder / "media" / "b.mp4", 80)
    opened = await open_session(folder, EventHub())
    yield opened
    await opened.aclose()


def request(seed: int = 5) -> GenRequest:
    return GenRequest(
        "",
        Kind.TEXT_TO_VIDEO,
        "motion",
        "studio-1",
        "calm silk",
        2.0,
        width=64,
        height=112,
        fps=30.0,
        seed=seed,
    )


@pytest.fixture
async def made(desk: Session) -> Session:
    """The same, with clip ``a`` made by the embedded generator."""
    job = desk.queue.enqueue(request()).job
    (job,) = await desk.queue.wait_for([job.id])
    known = take_of(job, desk.timeline.rate, desk.shop, label="made")
    clip = replace(clip_of(desk.timeline, "a"), content=Footage((known,)))
    desk.edit("Make it", lambda timeline: with_changes(timeline, {"a": clip}))
    return desk


async def test_another_seed_is_a_take_that_keeps_the_edits_as_one_step(made: Session) -> None:
    before, steps = clip_of(made.timeline, "a"), len(made.history_names)
    offer = regenerate.vary_seed(made, "a")
    assert offer.cost.high == Money()
    placed = await regenerate.accept(made, offer)
    after = clip_of(made.timeline, "a")
    assert (placed.clip_id, placed.note) == ("a", "")
    assert (after.placed, after.grade) == (before.placed, before.grade)
    assert isinstance(after.content, Footage)
    assert (len(after.content.takes), after.content.active) == (2, 1)
    assert len(made.history_names) == steps + 1
    assert made.undo_name == "Vary seed"
    again = regenerate.vary_seed(made, "a")
    assert again.request is not None
    assert offer.request is not None
    assert again.request.seed != offer.request.seed


async def test_the_style_and_the_words_reach_the_generator(made: Session) -> None:
    styled = regenerate.style_swap(made, "a", "film noir").request
    assert styled is not None
    assert "film noir" in styled.prompt
    assert styled.extra["styles"] == ["film noir"]
    worded = regenerate.replace_shot(made, "a", "a red kettle").request
    assert worded is not None
    assert (worded.prompt, worded.seed, worded.provider) == ("a red kettle", 5, "motion")


async def test_what_is_not_known_is_said(desk: Session) -> None:
    with pytest.raises(ClappperError, match="how clip a was made"):
        regenerate.vary_seed(desk, "a")
    with pytest.raises(UnusableInputError, match="which style"):
        regenerate.style_swap(desk, "a", " ")
    fresh = regenerate.replace_shot(desk, "a", "calm silk").request
    assert fresh is not None
    assert (fresh.provider, fresh.seconds) == ("motion", 2.0)
    with pytest.raises(UnusableInputError, match="does not upscale"):
        regenerate.upscale(desk, "a", 2, ("motion", "studio-1"))


async def test_upscaling_here_says_what_it_is_and_keeps_the_clip(desk: Session) -> None:
    offer = regenerate.upscale(desk, "b", 2)
    assert "no new detail" in offer.how
    await regenerate.accept(desk, offer)
    clip = clip_of(desk.timeline, "b")
    assert isinstance(clip.content, Footage)
    assert (clip.content.take.width, clip.content.take.height) == (128, 224)
    assert (clip.placed, clip.source_start) == (FrameRange(60, 90), 30)


async def test_the_look_of_one_edited_picture_spreads_over_the_take(desk: Session, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "dark.png"), np.full((112, 64, 3), 30, np.uint8))
    await regenerate.accept(desk, regenerate.spread_look(desk, "b", [(70, tmp_path / "dark.png")]))
    clip = clip_of(desk.timeline, "b")
    assert isinstance(clip.content, Footage)
    assert (clip.placed, clip.source_start, len(clip.content.takes)) == (FrameRange(60, 90), 30, 2)
    spot = Spot(desk.project.locate(clip.content.take.path), 20, desk.timeline.rate)
    assert float(picture_at(spot).y.mean()) < 60
    with pytest.raises(UnusableInputError, match="not in the clip"):
        regenerate.spread_look(desk, "b", [(5, tmp_path / "dark.png")])


async def test_a_tail_uses_footage_first(desk: Session) -> None:
    offer = regenerate.extend_tail(desk, "c", 20)
    assert offer.request is None
    await regenerate.accept(desk, offer)
    assert clip_of(desk.timeline, "c").placed == FrameRange(102, 152)


async def test_a_tail_without_footage_goes_on_from_the_last_picture(desk: Session) -> None:
    offer = regenerate.extend_tail(desk, "a", 15)
    assert "push in" in offer.how
    await regenerate.accept(desk, offer)
    shots = track_of(desk.timeline, "shots").clips
    assert [len(clip.placed) for clip in shots[:3]] == [60, 15, 30]
    assert shots[1].grade == Grade(0.5)
    assert shots[2].id == "b"
    assert desk.undo_name == "Extend tail"
    desk.undo()
    assert clip_of(desk.timeline, "b").placed.start == 60


async def test_a_gap_between_like_pictures_is_drawn_and_just_fits(desk: Session) -> None:
    offer = await regenerate.fill_gap(desk, "shots", 95)
    assert offer.request is not None
    assert offer.request.model == "between-1"
    await regenerate.accept(desk, offer)
    filled = track_of(desk.timeline, "shots").clips[2]
    assert (filled.placed, filled.source_start, float(filled.speed)) == (FrameRange(90, 102), 1, 1.0)


async def test_a_gap_beside_footage_is_filled_with_it(desk: Session) -> None:
    desk.edit("Lift", lambda timeline: lift(timeline, "b"))
    desk.edit("Shorten", lambda timeline: replace_clip(timeline, "a", FrameRange(0, 40)))
    offer = await regenerate.fill_gap(desk, "shots", 50)
    assert offer.request is not None or offer.edit is not None
    desk.edit("Back", lambda timeline: replace_clip(timeline, "c", FrameRange(55, 85)))
    offer = await regenerate.fill_gap(desk, "shots", 50)
    assert offer.request is None
    await regenerate.accept(desk, offer)
    assert clip_of(desk.timeline, "a").placed == FrameRange(0, 55)


def replace_clip(timeline: Timeline, clip_id: str, placed: FrameRange) -> Timeline:
    from clappper.timeline.change import with_changes

    return with_changes(timeline, {clip_id: replace(clip_of(timeline, clip_id), placed=placed)})


async def test_no_gap_is_said(desk: Session) -> None:
    with pytest.raises(ClappperError, match="no gap"):
        await regenerate.fill_gap(desk, "shots", 10)


async def test_a_file_takes_the_clips_place_and_its_edits_stay(desk: Session, tmp_path: Path) -> None:
    film(tmp_path / "other.mp4", 100)
    placed = await regenerate.replace_with_file(desk, "a", tmp_path / "other.mp4")
    clip = clip_of(desk.timeline, "a")
    assert isinstance(clip.content, Footage)
    assert (clip.content.take.label, clip.grade, placed.note) == ("other.mp4", Grade(0.5), "")


async def test_a_result_whose_clip_is_gone_stays_in_the_bin(desk: Session) -> None:
    offer = regenerate.upscale(desk, "b", 2)
    desk.edit("Lift", lambda timeline: lift(timeline, "b"))
    with pytest.raises(ClappperError, match="cannot be placed"):
        await regenerate.accept(desk, offer)
    assert any(asset.facts["width"] == 128 for asset in desk.project.assets.list("video"))


async def test_people_are_cut_out_by_a_matte_that_is_made_once_and_kept(desk: Session) -> None:
    offer = cut_out_person(desk, "a", By.SELFIE)
    await regenerate.accept(desk, offer)
    assert desk.undo_name == "Cut out person"
    cutout = clip_of(desk.timeline, "a").cutout
    assert cutout is not None
    assert cutout.kind is CutoutKind.MATTE
    assert probe(desk.project.locate(cutout.matte)).frame_count == FILMED
    assert network_of(desk, cutout) is By.SELFIE
    jobs = len(desk.queue.list())
    desk.edit("Remove cut-out", lambda timeline: set_cutout(timeline, "a", None))
    await regenerate.accept(desk, cut_out_person(desk, "a", By.SELFIE))
    assert len(desk.queue.list()) == jobs
    assert clip_of(desk.timeline, "a").cutout == cutout
    assert generated_clips(desk.project) == {}
    assert network_of(desk, replace(cutout, matte="media/a.mp4")) is None
