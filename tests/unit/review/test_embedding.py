import numpy as np
import pytest

from clappper.base.paths import resource
from clappper.review.embedding import PromptEncoder


@pytest.fixture(scope="module")
def encoder() -> PromptEncoder:
    home = resource("models", "minilm")
    return PromptEncoder(home / "weights.npz", home / "vocab.txt")


def test_like_meanings_point_the_same_way(encoder: PromptEncoder) -> None:
    dog, puppy, invoice = encoder.encode(
        ["a dog runs over a meadow", "a puppy dashing across grass", "an invoice for office chairs"]
    )
    assert dog @ puppy > dog @ invoice + 0.3
    assert abs(dog @ invoice) < 0.3
    assert np.linalg.norm(dog) == pytest.approx(1, abs=1e-4)


def test_the_numbers_never_change(encoder: PromptEncoder) -> None:
    """The first numbers of the published float32 network are 0.0676, 0.0635, 0.0487, 0.0793, 0.0374."""
    (found,) = encoder.encode(["This is an example sentence"])
    assert found[:5] == pytest.approx([0.0676, 0.0635, 0.0487, 0.0793, 0.0374], abs=0.005)


def test_a_prompt_alone_and_among_others_is_the_same(encoder: PromptEncoder) -> None:
    alone = encoder.encode(["a red car"])[0]
    among = encoder.encode(["", "a red car", "x " * 300])
    assert (among[1] == alone).all()
    assert not among[0].any()
    assert encoder.encode([]).shape == (0, 384)
