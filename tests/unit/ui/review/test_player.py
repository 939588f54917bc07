"""The loop, its marks and pictures, and the take it is held against."""

import json

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from clappper.flow.reviewing.landmarks import Landmarks
from clappper.jobs.recipes import DOCUMENT
from clappper.ui.bench import Bench
from clappper.ui.errors import toasts_of
from tests.unit.review.clips import land
from tests.unit.ui.conftest import Stage
from tests.unit.ui.review_workspace import Maker, Workspace


def with_recipe(make: Maker, bench: Bench) -> Workspace:
    """A clip of six frames, made from keyframes at its first, third and fifth, with a seam at the third."""
    land(bench.session.project, 1)
    moments = [{"frame": frame} for frame in (0, 2, 4)]
    page = {"job": "job-alpha-0", "recipe": {"fps": 8.0, "moments": moments}, "stitches": [2], "seams": [2]}
    bench.session.project.documents.save(DOCUMENT, "s0", json.dumps(page))
    return make(0)


def test_keyframes_and_seams_come_from_how_the_clip_was_made(make: Maker, bench: Bench, stage: Stage) -> None:
    found = with_recipe(make, bench)
    assert found.state.landmarks == Landmarks((0, 2, 4), (2,), (2,))
    stage.until(lambda: sum(not still.image.isNull() for still in found.player.strip.stills) == 3)
    assert [still.frame for still in found.player.strip.stills] == [0, 2, 4]
    kinds = [mark.kind for mark in found.player.bar.marks]
    assert kinds == ["keyframe"] * 3 + ["seam"]


def test_a_stitch_says_how_far_what_is_seen_drifts_across_it(make: Maker, bench: Bench, stage: Stage) -> None:
    land(bench.session.project, 1)
    moments = [{"frame": frame} for frame in (0, 2, 4)]
    drift = {"frame": 2, "by": "CLIP", "across": 0.2, "inside": 0.1, "reason": ""}
    page = {"job": "job-alpha-0", "recipe": {"fps": 8.0, "moments": moments}, "stitches": [2], "seams": []}
    bench.session.project.documents.save(DOCUMENT, "s0", json.dumps(page | {"drifts": [drift]}))
    found = make(0)
    stage.until(lambda: any(mark.kind == "stitch" for mark in found.player.bar.marks))
    (stitch,) = (mark for mark in found.player.bar.marks if mark.kind == "stitch")
    assert stitch.text == "Stitch at 0.25 s, does not show\nCLIP 0.200 across, 0.100 inside"


def test_pressing_a_keyframe_jumps_there(make: Maker, bench: Bench, stage: Stage) -> None:
    found = with_recipe(make, bench)
    stage.until(lambda: sum(not still.image.isNull() for still in found.player.strip.stills) == 3)
    strip = found.player.strip
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() - 20, 20))
    assert (found.state.loop.frame, found.state.loop.paused) == (4, True)
    assert strip.current == 2


def test_keys_go_from_mark_to_mark_and_to_the_seam(make: Maker, bench: Bench, stage: Stage) -> None:
    found = with_recipe(make, bench)
    loop = found.state.loop
    stage.until(lambda: loop.reel is not None and loop.reel.complete)
    loop.paused = True
    loop.go_to(0)
    places = []
    for key in ("review_mark", "review_mark", "review_mark", "review_mark_back", "review_seam_back"):
        found.do(key)
        places.append(loop.frame)
    assert places == [2, 4, 5, 4, 2]


def test_a_clip_without_keyframes_shows_pictures_at_even_distances(make: Maker, stage: Stage) -> None:
    found = make(1)
    stage.until(lambda: sum(not still.image.isNull() for still in found.player.strip.stills) >= 5)
    found.do("review_seam")
    assert any("No seam" in text for text in toasts_of(found.player).texts)


def test_a_clip_whose_file_is_gone_says_so(make: Maker, bench: Bench, stage: Stage) -> None:
    (name,) = land(bench.session.project, 1, provider="beta")
    (bench.session.project.path / bench.session.project.assets.get(name).path).unlink()
    found = make(0)
    stage.until(lambda: "cannot be shown" in found.player.stage.words)
    found.do("rate_1", "review_commit")
    assert len(found.state.desk.records.ratings()) == 1


def test_takes_flip_and_wipe_at_the_same_frame(make: Maker, stage: Stage) -> None:
    found = make(2)
    stage.until(lambda: found.player.stage.has_picture)
    found.do("review_pause")
    frame = found.state.loop.frame
    edges = []
    for name in ("review_wipe", "review_flip", "review_flip"):
        found.do(name)
        edges.append(found.player.stage.wipe)
    assert edges == [0.5, 0.0, None]
    found.do("review_wipe")
    stage.until(lambda: found.state.loop.pictures()[1] is not None)
    assert found.state.loop.frame == frame
