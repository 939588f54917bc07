"""Learning by itself: not before enough ratings, in a worker, and resumed after a restart."""

from pathlib import Path

from clappper.flow.learning import learn
from clappper.flow.learning.learning_along import LearningAlong
from clappper.flow.predictor import library, standing_of
from clappper.flow.project.session import Session
from clappper.flow.reviewing.review_desk import Draft, ReviewDesk
from clappper.review.ratings import PredictorTrained
from tests.unit.review.clips import land


def runs(learning: LearningAlong) -> bool:
    return learning.task is not None


async def test_enough_new_ratings_start_it(session: Session, tmp_path: Path) -> None:
    land(session.project, 2)
    desk, models = ReviewDesk(session, "ann"), tmp_path / "models"
    trained: list[PredictorTrained] = []
    session.hub.subscribe(PredictorTrained, trained.append)
    learning = LearningAlong(session, models, every=2)
    one, other = desk.queue()
    desk.rate(one, Draft(overall=4))
    assert not runs(learning)
    desk.rate(other, Draft(overall=2))
    assert learning.task is not None
    await learning.task
    assert len(trained) == 1
    standing = standing_of(library(models))
    assert (standing.labels, standing.gate) == (2, False)
    learning.stop()


async def test_what_was_rated_before_counts_until_it_was_learned(session: Session, tmp_path: Path) -> None:
    land(session.project, 2)
    desk, models = ReviewDesk(session, "ann"), tmp_path / "models"
    for clip in desk.queue():
        desk.rate(clip, Draft(overall=3))
    learning = LearningAlong(session, models, every=2)
    learning.start()
    assert learning.task is not None
    learning.stop()
    learn.keep_examples(library(models), session.project.path, desk.examples())
    assert learn.kept_count(library(models), session.project.path) == 2
    again = LearningAlong(session, models)
    again.start()
    assert again.task is None
