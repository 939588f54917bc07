import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.settings import Settings
from clappper.flow.measuring_state import MeasuringChanged
from clappper.flow.project.session import Session
from clappper.flow.reviewing.judgements import Judgements
from clappper.flow.reviewing.measuring import Measuring
from clappper.flow.reviewing.review_desk import Draft, Filter, ReviewDesk, examples_of, sent_back
from clappper.review.ratings import MetricsReady, RatingSaved
from clappper.review.scorers import faces
from clappper.store.assets import Asset
from clappper.store.project import ProjectFolder
from tests.unit.review.clips import land


@pytest.fixture
def desk(session: Session) -> ReviewDesk:
    land(session.project, 3)
    return ReviewDesk(session, "ann")


def test_a_project_without_clips_has_nothing_to_judge(session: Session) -> None:
    desk = ReviewDesk(session, "ann")
    assert desk.queue() == ()
    assert desk.undo() is None
    assert desk.examples() == []


def test_rating_is_stored_and_told(desk: ReviewDesk) -> None:
    told: list[RatingSaved] = []
    desk.session.hub.subscribe(RatingSaved, told.append)
    clip = desk.queue()[0]
    desk.rate(clip, Draft(overall=2, tags=("flicker",), notes=" shakes "))
    (stored,) = desk.records.ratings()
    assert (stored.overall, stored.passed, stored.tags, stored.notes) == (2, False, ("flicker",), "shakes")
    assert stored.mode == "blind"
    assert told == [RatingSaved(clip.asset_id)]
    assert desk.flagged() == {clip.asset_id: ("rated 2.0",)}


def test_undo_goes_back_as_far_as_one_likes(desk: ReviewDesk) -> None:
    clips = desk.queue()
    for clip in clips:
        desk.rate(clip, Draft(overall=4))
    undone = [desk.undo() for _ in range(4)]
    assert [one.asset_id if one else None for one in undone] == [c.asset_id for c in reversed(clips)] + [None]


def test_saying_nothing_is_no_rating(desk: ReviewDesk) -> None:
    with pytest.raises(ClappperError, match="nothing to store"):
        desk.rate(desk.queue()[0], Draft())


def test_unsure_is_a_word_of_its_own(desk: ReviewDesk) -> None:
    desk.rate(desk.queue()[0], Draft(unsure=True, overall=5))
    assert desk.records.ratings()[0].passed is None
    assert len(desk.queue(Filter(state="unsure"))) == 1


def test_filters_show_what_they_say(desk: ReviewDesk) -> None:
    clip = desk.queue()[0]
    desk.rate(clip, Draft(overall=1, tags=("artifacts",)))
    assert len(desk.queue(Filter(state="unrated"))) == 2
    assert desk.queue(Filter(tag="artifacts")) == (clip,)
    assert desk.queue(Filter(provider="nobody")) == ()
    assert desk.queue(Filter(scene_id=clip.scene_id)) == (clip,)


def test_ratings_become_examples(desk: ReviewDesk) -> None:
    clip = desk.queue()[0]
    desk.rate(clip, Draft(overall=5))
    other = ReviewDesk(desk.session, "bob")
    other.rate(clip, Draft(overall=4))
    (example,) = desk.examples()
    assert (example.prompt, example.provider, example.passed) == (clip.prompt, "alpha", 1.0)
    assert examples_of({}, desk.records.ratings()) == []
    assert desk.outcomes()[0].provider == "alpha"


def test_what_can_be_learned_from_is_counted(desk: ReviewDesk) -> None:
    first, second, third = desk.queue()
    for clip, draft in ((first, Draft(overall=4)), (second, Draft(unsure=True)), (third, Draft(passed=True))):
        desk.rate(clip, draft)
    assert desk.learnable() == len(desk.examples()) == 1


def test_tags_go_back_to_the_brief_once(desk: ReviewDesk) -> None:
    clip = desk.queue()[0]
    for _ in range(2):
        desk.send_back(clip, ["flicker", "artifacts"])
    assert sent_back(desk.session) == ((clip.scene_id, "flicker"), (clip.scene_id, "artifacts"))


async def test_what_landed_is_measured_once(desk: ReviewDesk, tmp_path: Path) -> None:
    ready: list[MetricsReady] = []
    desk.session.hub.subscribe(MetricsReady, ready.append)
    measuring = Measuring(desk.session, tmp_path)
    outstanding = measuring.outstanding()
    assert len(outstanding) == 3
    await measuring.measure(outstanding[0])
    assert len(measuring.outstanding()) == 2
    values = {one.name: one.value for one in desk.metrics(outstanding[0].id)}
    assert values["speed"] is not None
    assert values["lpips"] is None
    assert ready == [MetricsReady(outstanding[0].id)]
    measuring.stop()


async def test_what_a_metric_lacked_is_measured_once_it_is_there(
    desk: ReviewDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring = Measuring(desk.session, tmp_path)
    asset = measuring.outstanding()[0]
    await measuring.measure(asset)
    assert asset not in measuring.outstanding()
    monkeypatch.setattr(faces, "missing", lambda _: "")
    assert asset in measuring.outstanding()
    measuring.stop()


async def test_a_plugin_that_is_switched_on_is_outstanding_until_it_is_measured(
    desk: ReviewDesk, tmp_path: Path
) -> None:
    plain = Measuring(desk.session, tmp_path)
    asset = plain.outstanding()[0]
    await plain.measure(asset)
    assert not any(one.name == "perplexity" for one in desk.metrics(asset.id))
    plain.stop()
    desk.session.shop = replace(desk.session.shop, settings=Settings(metric_plugins=("perplexity",)))
    measuring = Measuring(desk.session, tmp_path)
    assert asset in measuring.outstanding()
    await measuring.measure(asset)
    assert asset not in measuring.outstanding()
    (found,) = [one for one in desk.metrics(asset.id) if one.name == "perplexity"]
    assert found.value is None
    assert found.reason.startswith("cannot compute: ")
    measuring.stop()


async def test_a_clip_that_is_gone_says_so(desk: ReviewDesk, tmp_path: Path) -> None:
    measuring = Measuring(desk.session, tmp_path)
    asset = measuring.outstanding()[0]
    (desk.session.project.path / asset.path).unlink()
    await measuring.measure(asset)
    assert all(one.reason for one in desk.metrics(asset.id))
    measuring.stop()


def project_with_ratings(folder: Path, reviewer: str) -> None:
    with ProjectFolder.open_or_create(folder) as project:
        names = land(project, 2)
        from clappper.review.ratings import Rating
        from clappper.review.records import ReviewRecords

        ReviewRecords(project.db).add_ratings(
            [
                Rating(
                    f"{reviewer}{name}",
                    name,
                    reviewer,
                    4,
                    passed=True,
                    tags=("flicker",),
                    notes="",
                    mode="blind",
                    created="2026",
                )
                for name in names
            ]
        )


def test_two_copies_of_a_project_are_merged(tmp_path: Path) -> None:
    for reviewer in ("ann", "bob"):
        project_with_ratings(tmp_path / reviewer, reviewer)
    file = tmp_path / "bob.jsonl"
    assert Judgements(tmp_path / "bob").export_to(file) == 2
    first = Judgements(tmp_path / "ann").import_from(file)
    again = Judgements(tmp_path / "ann").import_from(file)
    assert (first.new, first.known, first.strange) == (2, 0, 0)
    assert (again.new, again.known) == (0, 2)
    report = Judgements(tmp_path / "ann").report()
    assert report.reviewers == ("ann", "bob")
    assert report.ratings == 4


def test_a_file_of_something_else_changes_nothing(tmp_path: Path) -> None:
    project_with_ratings(tmp_path / "ann", "ann")
    file = tmp_path / "bad.jsonl"
    for text in ("", "no json", '{"format": "other"}', '{"format": "clappper-ratings-1"}\n{"id": 1}'):
        file.write_text(text)
        with pytest.raises(UnusableInputError):
            Judgements(tmp_path / "ann").import_from(file)
    assert Judgements(tmp_path / "ann").report().ratings == 2


def test_a_data_set_holds_the_clips_and_their_story(tmp_path: Path) -> None:
    project_with_ratings(tmp_path / "ann", "ann")
    made = Judgements(tmp_path / "ann").dataset_in(tmp_path / "set")
    lines = [json.loads(line) for line in made.manifest.read_text().splitlines()]
    assert (made.positives, made.negatives) == (2, 0)
    assert all((tmp_path / "set" / line["file"]).is_file() for line in lines)
    assert lines[0]["tags"] == ["flicker"]
    page = Judgements(tmp_path / "ann").review_pack_in(tmp_path / "pack")
    assert page.read_text().count("<video") == 2


def test_nothing_judged_makes_no_data_set(tmp_path: Path) -> None:
    ProjectFolder.create(tmp_path / "new").close()
    with pytest.raises(UnusableInputError, match="judged"):
        Judgements(tmp_path / "new").dataset_in(tmp_path / "set")


KILLED = """
import os, sys
from pathlib import Path
from clappper.review.ratings import Rating
from clappper.review.records import ReviewRecords
from clappper.store.project import ProjectFolder
project = ProjectFolder.open_or_create(Path(sys.argv[1]))
records = ReviewRecords(project.db)
for number in range(10_000):
    records.add_ratings([Rating(f"r{number:05}", "clip", "ann", 4, True, (), "", "blind", f"{number:05}")])
    print(number, flush=True)
"""


def test_a_killed_program_keeps_every_rating_it_stored(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "project")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = -1
        for line in process.stdout:
            told = int(line)
            if told >= 20:
                os.kill(process.pid, signal.SIGKILL)
                break
        told = max([told, *(int(line) for line in process.stdout)])
    report = Judgements(tmp_path / "project").report()
    assert report.ratings >= told + 1


async def test_measuring_tells_how_far_it_is_and_waits_while_it_is_paused(
    desk: ReviewDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []
    told: list[tuple[int, int]] = []
    progress, ended = desk.session.measuring, asyncio.Event()

    async def measure(_: object, asset: Asset) -> None:
        measured.append(asset.id)
        if len(measured) == 1:
            progress.pause()

    def go_on() -> None:
        assert len(measured) == 1
        progress.go_on()

    def listen(_: MeasuringChanged) -> None:
        told.append((progress.done, progress.total))
        if progress.paused and not progress.at_work:
            asyncio.get_running_loop().call_soon(go_on)
        if progress.done == progress.total:
            ended.set()

    monkeypatch.setattr(Measuring, "measure", measure)
    desk.session.hub.subscribe(MeasuringChanged, listen)
    measuring = Measuring(desk.session, tmp_path)
    measuring.start()
    await ended.wait()
    measuring.stop()
    assert len(measured) == 3
    assert list(dict.fromkeys(told)) == [(0, 3), (1, 3), (2, 3), (3, 3)]
