"""Generating from keyframes in an open project: priced before, shown, resumed, and never paid twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.flow.generating.generate_ad import AdMaker, AdOrder
from clappper.flow.judging import Judge
from clappper.flow.keyframes.filling import ShotFilling
from clappper.flow.project.session import Session, open_session
from clappper.jobs.model import content_hash
from clappper.jobs.money.ledger import BudgetError
from clappper.providers import registry as providers
from clappper.providers.contract import GenRequest, Kind, Price
from clappper.providers.frames import between
from clappper.providers.registry import Registry
from clappper.render.canvas import ASPECTS
from tests.flow.test_generate_ad import Ad, opened, until
from tests.patience import PATIENCE_SECONDS
from tests.unit.flow.keyframes.test_make import IMAGE, Service, fill_model, image_model

KINDS = (Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES)


class Painter(Service):
    """Paints one drifting world for all words, so that what lies between can be drawn."""

    def draw(self, request: GenRequest, path: Path) -> None:
        if request.kind is not Kind.TEXT_TO_IMAGE:
            between.make(request, path, lambda *_: None)
            return
        noise = np.random.default_rng(1).normal(0, 1, (160, 120)).astype(np.float32)
        grey = np.clip(120 + cv2.GaussianBlur(noise, (0, 0), 5) * 700, 30, 220)
        left = len(self.asked) % 3
        cv2.imwrite(str(path), grey[:, left : left + 90].astype(np.uint8))


@pytest.fixture
def painter(tmp_path: Path) -> Painter:
    return Painter(image_model(), tmp_path)


@pytest.fixture(autouse=True)
def _services(painter: Painter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the two services be ready beside the embedded providers, and pictures be small."""
    mover = Painter(fill_model(kinds=KINDS, price=Price("second", Money.dollars("0.05"), "2026")), tmp_path)
    found = providers.load
    monkeypatch.setattr(providers, "load", lambda bench: Registry([*found(bench).all(), painter, mover]))
    monkeypatch.setitem(ASPECTS, "9:16", (90, 160))
    monkeypatch.setattr("clappper.flow.keyframes.make.MOST_ROUNDS", 1)


def in_keyframes(budget: float = 5) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        mode = {"ip_frame_mode": "keyframes_plus_fill", "keyframe_density": "low", "budget_usd_max": budget}
        data["compute"] = mode

    return change


@pytest.fixture
async def session(ad: Ad, tmp_path: Path) -> AsyncIterator[Session]:
    made = await opened(ad(in_keyframes()), tmp_path / "ad")
    yield made
    await made.aclose()


def maker_of(session: Session, heard: list[ClappperError]) -> AdMaker:
    return AdMaker(session, Judge(session), heard.append)


async def test_a_shot_is_filled_in_one_step_at_the_price_that_was_said(
    session: Session, painter: Painter
) -> None:
    news: list[ShotFilling] = []
    session.hub.subscribe(ShotFilling, news.append)
    judgement = await Judge(session).judge(session.brief)
    planned = {one.shot_id: one for one in judgement.keyframes}
    assert "s1" in planned
    estimate = judgement.card.estimate
    assert estimate is not None
    assert estimate.high == sum((one.cost.high for one in planned.values() if one.cost.high), Money())
    assert estimate.seconds is not None

    heard: list[ClappperError] = []
    maker = maker_of(session, heard)
    assert await maker.generate(AdOrder(allow_blocked=True)) == 2
    await until(session, 2, "Fit the titles to their backdrops")
    assert heard == []
    assert session.history_names.count("Take in s1") == 1
    assert 2 * len(planned) <= len(painter.asked) <= sum(len(one.keyframes) for one in planned.values())
    spent = session.queue.ledger.spent(session.brief_id)
    assert Money(len(painter.asked) * IMAGE.micros) <= spent <= estimate.high
    stages = {one.stage.partition(" ")[0] for one in news if one.shot_id == "s1"}
    assert stages >= {"Keyframe", "Segment", "Joining"}
    assert maker.filler.shots == {}
    clip = next(clip for track in session.timeline.tracks for clip in track.clips if clip.id == "shot-s1")
    asset = session.project.assets.get(clip.content.take.asset_id)  # type: ignore[union-attr]
    page = json.loads((session.project.path / f"{asset.path}.json").read_text())
    assert "Keyframes come from painter" in page["route"]


async def test_what_fails_waits_for_a_person_also_after_a_restart_and_costs_nothing_twice(
    session: Session, painter: Painter, tmp_path: Path
) -> None:
    painter.failing = 1
    heard: list[ClappperError] = []
    maker = maker_of(session, heard)
    await maker.generate(AdOrder(allow_blocked=True))
    failed = await _unmade(maker)
    await session.aclose()

    again = await open_session(tmp_path / "ad", EventHub())
    try:
        maker = maker_of(again, heard)
        assert await _unmade(maker) == failed
        assert repeated(painter) == 0
        offer = maker.second_try.unmade(failed)
        assert offer is not None
        assert "refused" in offer.reason
        assert offer.cost == IMAGE
        maker.second_try.retry(failed)
        await until(again, 2)
        assert repeated(painter) == 1, "only what failed was asked for twice"
    finally:
        await again.aclose()


async def test_a_failed_shot_can_be_made_here_for_free(session: Session, painter: Painter) -> None:
    painter.failing = 1
    maker = maker_of(session, [])
    await maker.generate(AdOrder(allow_blocked=True))
    failed = await _unmade(maker)
    offer = maker.second_try.unmade(failed)
    assert offer is not None
    assert offer.here == "motion"
    await maker.second_try.make_here(failed)
    assert maker.second_try.unmade(failed) is None
    await until(session, 2)
    clip = next(c for track in session.timeline.tracks for c in track.clips if c.id == f"shot-{failed}")
    asset = session.project.assets.get(clip.content.take.asset_id)  # type: ignore[union-attr]
    page = json.loads((session.project.path / f"{asset.path}.json").read_text())
    assert "/motion/" in asset.path
    assert "painter failed: It is refused" in page["route"]


async def test_what_the_budget_does_not_allow_is_not_begun(ad: Ad, tmp_path: Path, painter: Painter) -> None:
    session = await opened(ad(in_keyframes()), tmp_path / "small")
    try:
        session.queue.ledger.set_cap(Money.dollars("0.02"))
        before = session.timeline
        with pytest.raises(BudgetError):
            await maker_of(session, []).generate(AdOrder(allow_blocked=True))
        assert painter.asked == []
        assert session.timeline == before
    finally:
        await session.aclose()


def repeated(painter: Painter) -> int:
    return len(painter.asked) - len({content_hash(one) for one in painter.asked})


async def _unmade(maker: AdMaker) -> str:
    """Wait until a scene has failed; give which."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = [name for name in ("s1", "s2") if maker.second_try.unmade(name) is not None]
            if found:
                return found[0]
            await asyncio.sleep(0.05)
