from pathlib import Path

import pytest

from clappper.media.models import ModelStore
from clappper.review.predictor import Predictor
from clappper.review.prior import own_predictor, shipped_prior


@pytest.fixture(scope="module")
def prior(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    return shipped_prior(ModelStore.open(tmp_path_factory.mktemp("models")))


def test_public_ratings_prefer_still_lifes_to_crowds(prior: Predictor) -> None:
    calm = prior.predict("A calm lake with mountains behind it at sunset")
    busy = prior.predict("Two men play table tennis while a crowd claps")
    assert calm.chance is not None
    assert busy.chance is not None
    assert calm.chance > busy.chance + 0.2
    assert calm.reasons


def test_the_same_prompt_has_the_same_chance_everywhere(prior: Predictor) -> None:
    """Numbers from another machine's run of the same version."""
    found = prior.predict("A red vintage car drives along a coastal road, aerial view")
    assert (found.chance, found.quality) == (0.695, 3.89)


def test_rubbish_is_not_judged(prior: Predictor) -> None:
    assert prior.predict("").chance is None


def test_a_broken_own_predictor_is_as_good_as_none(prior: Predictor, tmp_path: Path) -> None:
    assert own_predictor(tmp_path, prior) is None
    (tmp_path / "predictor.npz").write_bytes(b"half")
    assert own_predictor(tmp_path, prior) is None
