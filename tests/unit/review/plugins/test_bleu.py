"""BLEU by hand, and what it says where there is nothing to compare."""

from math import exp, log
from pathlib import Path

import pytest

from clappper.review.plugins import bleu
from clappper.review.plugins.material import Material

NOWHERE = Path("none")


def score(prompt: str, reference: str) -> float:
    (found,) = bleu.measure(Material(NOWHERE, prompt=prompt, reference=reference))
    assert "tok:13a" in found.reason
    assert "version:" in found.reason
    assert found.value is not None
    return found.value


def test_it_is_the_geometric_mean_of_shared_phrases() -> None:
    """Of 7 tokens 6 are shared, of 6 pairs 4, of 5 triples 2, of 4 fours 1."""
    by_hand = 100 * exp(sum(map(log, (6 / 7, 4 / 6, 2 / 5, 1 / 4))) / 4)
    assert score("The cat is on the mat.", "The cat sat on the mat.") == pytest.approx(by_hand, abs=1e-3)


def test_a_shorter_prompt_pays_for_its_brevity() -> None:
    whole = "a red boat drifts on a calm lake at dawn"
    assert score(whole, whole) == pytest.approx(100)
    assert score("a red boat drifts on", whole) == pytest.approx(100 * exp(1 - 10 / 5), abs=1e-3)


def test_the_published_example_of_sacrebleu_holds_with_the_program_that_is_used() -> None:
    from sacrebleu.metrics.bleu import BLEU

    said = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."]
    references = [
        ["The dog bit the man.", "It was not unexpected.", "The man bit him first."],
        ["The dog had bit the man.", "No one was surprised.", "The man had bitten the dog."],
    ]
    assert BLEU().corpus_score(said, references).score == pytest.approx(48.53, abs=0.005)


@pytest.mark.parametrize(
    ("prompt", "reference", "lack"),
    [("a boat", " ", "no reference description"), ("", "a boat", "no prompt")],
)
def test_without_words_there_is_no_number(prompt: str, reference: str, lack: str) -> None:
    (found,) = bleu.measure(Material(NOWHERE, prompt=prompt, reference=reference))
    assert found.value is None
    assert found.reason.startswith("cannot compute: ")
    assert lack in found.reason


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    (found,) = bleu.measure(Material(NOWHERE, prompt="a boat", reference="a ship"))
    assert found.value is None
    assert 'pip install "clappper[plugins]"' in found.reason
