"""Making a clip anew from the window: what is asked for, and that a refusal asks for nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QInputDialog, QWidget

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.flow.generating.offers import Offer
from clappper.flow.judging import Judge
from clappper.flow.project.session import Session
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.providers.contract import Capabilities, Kind, Role
from clappper.timeline.change import with_changes
from clappper.timeline.model import Footage, Timeline
from clappper.timeline.queries import clip_of
from clappper.ui import dialogs
from clappper.ui.bench import Bench
from clappper.ui.timeline.anew import Anew
from tests.unit.ui.conftest import Stage
from tests.unit.ui.timeline.conftest import small_ad


class Told(Anew):
    """Keeps the offers instead of asking whether to take them."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, QWidget())
        self.offers: list[Offer] = []

    async def _take(self, offer: Offer) -> None:
        self.offers.append(offer)


@pytest.fixture
def anew(bench: Bench) -> Told:
    bench.session.edit("Make the ad", lambda _: small_ad())
    bench.edit.select(["a"])
    bench.edit.go_to(12)
    return Told(bench)


def choosing(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    async def chosen(*_: object) -> Path:
        return path

    monkeypatch.setattr(dialogs, "chosen_file", chosen)
    monkeypatch.setattr(dialogs, "chosen_target", chosen)


def test_an_edited_picture_of_the_frame_at_the_playhead_sets_the_look(
    anew: Told, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cv2.imwrite(str(tmp_path / "dark.png"), np.full((8, 8, 3), 30, np.uint8))
    choosing(monkeypatch, tmp_path / "dark.png")
    stage.live(anew.spread_look())
    (offer,) = anew.offers
    assert offer.request is not None
    assert offer.request.kind is Kind.VIDEO_TO_VIDEO
    (file,) = offer.request.files
    assert (file.role, file.at_seconds) == (Role.KEYFRAME, round((20 + 12) / 30, 4))


def test_away_from_the_shot_nothing_is_asked(anew: Told, stage: Stage, bench: Bench) -> None:
    bench.edit.go_to(100)
    with pytest.raises(ClappperError, match="playhead is not on the shot"):
        stage.live(anew.spread_look())
    assert not anew.offers


def test_the_picture_to_edit_is_the_footage_at_the_playhead(
    anew: Told, stage: Stage, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = session.project.locate("media/a.mp4")
    film.parent.mkdir(exist_ok=True)
    half = np.full((32, 32), 128, np.uint8)
    with FrameWriter(film, Encoding(64, 64, FrameRate(30), options={"preset": "ultrafast"})) as writer:
        for number in FrameRange(0, 60):
            writer.write(Yuv(np.full((64, 64), 200 if number == 32 else 40, np.uint8), half, half))
    (tmp_path / "old.png").write_bytes(b"agreed to be replaced")
    for name, file in (("frame", "frame.png"), ("old.png", "old.png")):
        choosing(monkeypatch, tmp_path / name)
        stage.live(anew.save_picture())
        saved = cv2.imread(str(tmp_path / file))
        assert saved is not None
        assert saved.mean() > 150
    choosing(monkeypatch, tmp_path / "old")
    with pytest.raises(ClappperError, match="there already"):
        stage.live(anew.save_picture())


def used_up(timeline: Timeline) -> Timeline:
    """Leave clip ``c`` no more footage than it shows."""
    clip = clip_of(timeline, "c")
    assert isinstance(clip.content, Footage)
    take = replace(clip.content.take, available=FrameRange(0, clip.source_start + len(clip.placed)))
    return with_changes(timeline, {"c": replace(clip, content=Footage((take,)))})


@pytest.mark.usefixtures("anew")
def test_a_longer_tail_may_be_held_here_or_generated_at_its_price(
    bench: Bench, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = bench.session.registry
    ready = registry.model("replicate", "bytedance/seedance-1-pro"), registry.model("frames", "onward-1")
    asked: list[list[str]] = []

    async def models(_: Judge) -> tuple[Capabilities, ...]:
        return ready

    async def chosen(box: QInputDialog) -> bool:
        asked.append(list(box.comboBoxItems()))
        box.setTextValue(box.comboBoxItems()[-1])
        return True

    bench.session.edit("Use all of it", used_up)
    bench.edit.select(["c"])
    monkeypatch.setattr(dialogs, "shown", chosen)
    monkeypatch.setattr(Judge, "models", models)
    paying = Told(bench)
    stage.live(paying.extend_tail())
    ((held, generated),) = asked
    assert held.startswith("No footage is left; the last picture is held with a slow push in. Costs nothing.")
    assert generated.startswith("replicate bytedance/seedance-1-pro goes on from the last picture. Costs $")
    (offer,) = paying.offers
    assert offer.request is not None
    assert (offer.request.provider, offer.request.kind) == ("replicate", Kind.IMAGE_TO_VIDEO)
    assert offer.request.prompt == bench.session.brief.product.key_benefit
