from pathlib import Path

import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.review.gaussian import Kernel
from clappper.review.learning import (
    Example,
    Figures,
    by_time,
    earned,
    grouped_folds,
    judged,
    learn,
    learn_and_judge,
    z_scored,
)
from clappper.review.predictor import Predictor, load_predictor
from tests.unit.review.conftest import HashedWords, rated

KERNEL = Kernel()


@pytest.fixture(scope="module")
def predictor(encoder: HashedWords) -> Predictor:
    return learn(rated(160), encoder, version="test-1", kernel=KERNEL)


def test_it_learns_which_prompts_pass(predictor: Predictor) -> None:
    good, bad = (
        predictor.predict("calm sea at dawn 7", "alpha"),
        predictor.predict("two people at dawn 7", "alpha"),
    )
    assert good.chance is not None
    assert bad.chance is not None
    assert good.chance > 0.6
    assert bad.chance < 0.4
    assert (good.low or 0) < good.chance < (good.high or 0)
    assert (good.quality or 0) > (bad.quality or 0)


def test_a_better_provider_is_a_reason(predictor: Predictor) -> None:
    alpha, beta = (predictor.predict("calm sea at dawn 7", name) for name in ("alpha", "beta"))
    assert (alpha.chance or 0) > (beta.chance or 0)
    assert any(reason.text == "clips by alpha" and reason.effect > 0 for reason in alpha.reasons)


def test_an_unknown_provider_counts_as_average(predictor: Predictor) -> None:
    chances = [predictor.predict("calm sea at dawn 7", name).chance or 0 for name in ("beta", "new", "alpha")]
    assert chances == sorted(chances)


@pytest.mark.parametrize("prompt", ["", "   ", "zxqv wkjh ptrm"])
def test_it_abstains_where_it_knows_nothing(predictor: Predictor, prompt: str) -> None:
    found = predictor.predict(prompt, "alpha")
    assert found.chance is None
    assert found.abstained


def test_a_stored_model_says_the_same(predictor: Predictor, encoder: HashedWords, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    predictor.save(path)
    again = load_predictor(path, encoder).predict("calm sea at dawn 7", "alpha")
    fresh = predictor.predict("calm sea at dawn 7", "alpha")
    assert again.chance == pytest.approx(fresh.chance, abs=0.002)
    assert again.version == "test-1"


def test_a_changed_model_is_refused(predictor: Predictor, encoder: HashedWords, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    predictor.save(path)
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["scores"] = -arrays["scores"]
    np.savez(path, **arrays)
    with pytest.raises(UnusableInputError):
        load_predictor(path, encoder)
    path.write_bytes(b"PK no zip")
    with pytest.raises(UnusableInputError):
        load_predictor(path, encoder)


@pytest.mark.parametrize("examples", [[], rated(6), [Example(f"p {n}", "a", 4, 1.0) for n in range(50)]])
def test_too_little_to_learn_from_is_said(encoder: HashedWords, examples: list[Example]) -> None:
    with pytest.raises(UnusableInputError, match="too few"):
        learn(examples, encoder, version="none")


def test_no_prompt_is_on_both_sides() -> None:
    examples = rated(160)
    names = np.array([example.prompt for example in examples])
    judged_rows = []
    for kept, out in grouped_folds(names):
        assert not set(names[kept]) & set(names[out])
        judged_rows += list(out)
    assert sorted(judged_rows) == list(range(160))
    earlier, later = by_time(examples)
    assert len(earlier) + len(later) == 160
    assert not {example.prompt for example in earlier} & {example.prompt for example in later}


def test_below_forty_labels_only_the_prior_speaks(predictor: Predictor, encoder: HashedWords) -> None:
    found, standing = learn_and_judge(rated(39), encoder, predictor, "own-1")
    assert found is predictor
    assert standing.is_prior
    assert not standing.gate
    assert standing.reason == "39 of 40 ratings."


def test_own_ratings_are_learned_on_top_of_the_prior(predictor: Predictor, encoder: HashedWords) -> None:
    found, standing = learn_and_judge(rated(80, providers=("own",)), encoder, predictor, "own-1")
    assert found.version == "own-1"
    assert found.prior is predictor
    assert standing.figures is not None
    assert not standing.gate
    assert standing.reason == "80 of 200 ratings."


def test_the_gate_must_be_earned() -> None:
    good = Figures(60, 0.8, 0.15, 0.03, 0.3, ())
    assert earned(250, good)[0]
    assert not earned(199, good)[0]
    for auc, error in ((0.6, 0.03), (None, 0.03), (0.8, 0.06)):
        allowed, why = earned(250, Figures(60, auc, 0.2, error, 0.1, ()))
        assert not allowed
        assert why


def test_figures_are_of_clips_kept_apart(predictor: Predictor) -> None:
    figures = judged(predictor, rated(240)[160:])
    assert figures.auc is not None
    assert figures.auc > 0.8


def test_reviewers_habits_are_taken_out() -> None:
    scores = [("mild", 5.0), ("mild", 4.0)] * 20 + [("harsh", 2.0), ("harsh", 1.0)] * 20
    found = z_scored(scores)
    mild, harsh = np.mean(found[:40]), np.mean(found[40:])
    assert abs(mild - harsh) < 1.0
    assert found[0] > found[1]
    assert z_scored([]) == []


@pytest.mark.parametrize("count", [0, 1, 12])
def test_the_first_ratings_move_the_priors_level_and_nothing_else(predictor: Predictor, count: int) -> None:
    strict = [Example(one.prompt, one.provider, 2.0, 0.0) for one in rated(200)[160 : 160 + count]]
    spoken, standing = learn_and_judge(strict, predictor.encoder, predictor, "own-1")
    assert spoken is predictor
    assert standing.is_prior
    assert not standing.gate
    assert standing.level < 0 if count else standing.level == 0
    moved = predictor.moved(standing.level)
    before, after = (one.predict("calm sea at dawn 7", "alpha").chance or 0 for one in (predictor, moved))
    assert after < before if count else after == before
    assert moved.process is predictor.process
