"""A shot's keyframes are shown with their times, and each can be made anew at a price that is said first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QToolButton

from clappper.base.units import FrameRange, Money
from clappper.flow.generating.offers import Offer
from clappper.flow.project.session import Session
from clappper.jobs.recipes import DOCUMENT, Decision, Moment, Recipe, Segment, Way
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take
from clappper.ui.bench import Bench
from clappper.ui.inspector import keyframes
from clappper.ui.inspector.dock import InspectorDock
from tests.unit.ui.conftest import Stage

IMAGE, FILL = ("replicate", "black-forest-labs/flux-schnell"), ("replicate", "bytedance/seedance-1-pro")


def picture(session: Session, number: int) -> dict[str, object]:
    path = session.project.media / f"key{number}.png"
    path.parent.mkdir(exist_ok=True)
    cv2.imwrite(str(path), np.full((36, 64, 3), 60 * number, np.uint8))
    place = session.project.relative(path)
    return {"role": "keyframe", "path": place, "sha256": str(number) * 64, "mime": "image/png"}


def lay(session: Session) -> None:
    """Lay a shot of three keyframes, one of whose segments was generated, and one that has none."""
    moments = tuple(Moment(24 * at, f"the kettle, part {at}", 7) for at in range(3))
    recipe = Recipe("s1", "s1", "a kettle", "", "16:9", 1920, 1080, 24.0, moments, IMAGE, FILL)
    page = {
        "recipe": asdict(recipe),
        "segments": [asdict(Segment(Way.INTERPOLATE, "")), asdict(Segment(Way.I2V, ""))],
        "pictures": [picture(session, number) for number in range(3)],
        "seams": [],
        "decisions": [
            asdict(Decision(24, "cut", "redraw more")),
            asdict(Decision(24, "jump, 1.8 x the limit", "generate", Money(60_000), "CLIP 0.2")),
        ],
        "native": False,
        "job": "job_1",
    }
    session.project.documents.save(DOCUMENT, "s1", json.dumps(page))
    session.project.documents.save(DOCUMENT, "s1", json.dumps({**page, "job": "job_2"}))
    takes = {
        name: Take(name, "media/a.mp4", MediaKind.VIDEO, FrameRange(0, 60), 64, 36) for name in ("job_1", "b")
    }
    clips = [
        Clip(name, Footage((take,)), FrameRange(60 * at, 60 * at + 60))
        for at, (name, take) in enumerate(takes.items())
    ]
    session.edit("Lay", lambda now: with_clips(now, {"shots": clips}))


@pytest.fixture
def strip(bench: Bench, session: Session, stage: Stage) -> Iterator[keyframes.KeyframeStrip]:
    lay(session)
    bench.edit.select(["job_1"])
    made = InspectorDock(bench)
    made.resize(340, 900)
    made.show()
    stage.rest()
    yield made.findChild(keyframes.KeyframeStrip)  # type: ignore[misc]
    made.close()
    made.deleteLater()
    stage.rest()


def thumbs(strip: keyframes.KeyframeStrip) -> list[QToolButton]:
    return [one for one in strip.findChildren(QToolButton) if one.text().endswith(" s")]


def test_keyframes_have_their_times_and_lead_there(
    strip: keyframes.KeyframeStrip, bench: Bench, stage: Stage
) -> None:
    assert strip.isVisible()
    story = next(one for one in strip.findChildren(QLabel) if one.accessibleName() == "How the shot was made")
    assert story.text().splitlines() == [
        "0.00–1.00 s: drawn.",
        "1.00–2.00 s: generated.",
        "Stitch at 1.00 s: cut; so: redraw more.",
        "Stitch at 1.00 s: jump, 1.8 x the limit (CLIP 0.2); so: generate, for up to $0.06.",
    ]
    assert [one.text() for one in thumbs(strip)] == ["0.00 s", "1.00 s", "2.00 s"]
    assert all(not one.icon().isNull() for one in thumbs(strip))
    thumbs(strip)[1].click()
    stage.rest()
    assert bench.edit.playhead == bench.session.timeline.rate.frame_at(1)
    words = strip.findChild(QPlainTextEdit)
    assert isinstance(words, QPlainTextEdit)
    assert words.toPlainText() == "the kettle, part 1"
    told = " ".join(label.text() for label in strip.findChildren(QLabel))
    assert "two segments" in told
    assert "Costs " in told
    bench.edit.select(["b"])
    stage.rest()
    assert not strip.isVisible()


def test_a_keyframe_is_made_anew_from_other_words(
    strip: keyframes.KeyframeStrip, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Offer] = []

    async def note(_owner: object, _session: object, offer: Offer) -> None:
        asked.append(offer)

    monkeypatch.setattr(keyframes, "ask_and_accept", note)
    thumbs(strip)[2].click()
    words = strip.findChild(QPlainTextEdit)
    assert isinstance(words, QPlainTextEdit)
    words.setPlainText("the kettle whistles")
    next(one for one in strip.findChildren(QPushButton) if one.text() == "Make anew").click()
    stage.until(lambda: bool(asked))
    assert asked[0].name == "Change keyframe 3"
    assert asked[0].cost.low is not None
    assert asked[0].cost.high is not None
    assert 0 < asked[0].cost.low.micros < asked[0].cost.high.micros
