from pathlib import Path

from clappper.flow.learning.chances import Chances
from clappper.flow.project.session import Session
from clappper.flow.reviewing.review_desk import Filter, ReviewDesk
from tests.unit.review.answers import CHANCE, Answering
from tests.unit.review.clips import land


async def test_clips_are_foretold_once_until_there_is_a_newer_predictor(
    session: Session, tmp_path: Path
) -> None:
    land(session.project, 2)
    clips = ReviewDesk(session, "ann").queue()
    chances = Chances(Answering(), tmp_path / "models")
    assert chances.of(clips[0]) is None
    assert await chances.foretell(clips)
    found = chances.of(clips[0])
    assert found is not None
    assert found.chance == CHANCE
    assert not await chances.foretell(clips)
    chances.forget()
    assert chances.of(clips[0]) is None


def test_only_the_named_clips_come(session: Session) -> None:
    first, _ = land(session.project, 2)
    (clip,) = ReviewDesk(session, "ann").queue(Filter(only=frozenset({first})))
    assert clip.asset_id == first
