from pathlib import Path

from clappper.flow.learning import learn
from clappper.flow.predictor import library, load_predictor_of, standing_of
from tests.unit.review.conftest import rated


def test_the_library_joins_projects_and_replaces_their_words(tmp_path: Path) -> None:
    home = library(tmp_path / "models")
    assert learn.library_examples(home) == []
    learn.keep_examples(home, Path("/one"), rated(3))
    learn.keep_examples(home, Path("/two"), rated(2))
    learn.keep_examples(home, Path("/one"), rated(4))
    (home / "broken.examples.json").write_text("{")
    assert len(learn.library_examples(home)) == 6


def test_enough_ratings_make_a_predictor_of_ones_own(tmp_path: Path) -> None:
    models = tmp_path / "models"
    home = library(models)
    assert standing_of(home).is_prior
    learn.keep_examples(home, Path("/one"), rated(44))
    learned = learn.teach(home, models)
    assert learned.version == "own-44"
    assert standing_of(home) == learned.standing
    assert not learned.standing.gate
    own = load_predictor_of(models)
    assert own.labels == 44
    good, bad = own.predict("calm sea at dawn 0", "alpha"), own.predict("two people at dawn 0", "alpha")
    assert (good.chance or 0) > (bad.chance or 0)
