"""Perplexity by a tiny GPT-2 of transformers' own class, against the plain formula."""

import json
from math import exp
from pathlib import Path
from typing import Any

import pytest

from clappper.review.plugins import perplexity
from clappper.review.plugins.material import Material
from clappper.review.scorers.score import Score
from tests.unit.review.plugins.tiny import WORDS, write_gpt2, write_masked_bert

pytestmark = pytest.mark.filterwarnings("ignore")


def measured(models: Path, prompt: str) -> Score:
    (found,) = perplexity.measure(Material(models, prompt=prompt))
    return found


def test_it_is_e_to_the_mean_surprise_of_a_token(tmp_path: Path) -> None:
    network: Any = write_gpt2(tmp_path / perplexity.FOLDER)
    import torch

    words = ("a", "red", "boat", "drifts")
    ids = torch.tensor([[2, *map(WORDS.index, words)]])
    with torch.no_grad():
        chances = torch.softmax(network.double()(ids).logits[0], dim=-1)
    surprise = [-float(torch.log(chances[place, ids[0, place + 1]])) for place in range(len(words))]
    found = measured(tmp_path, " ".join(words))
    assert found.value == pytest.approx(exp(sum(surprise) / len(words)), rel=1e-5)
    assert found.reason.startswith("by gpt2, weights sha256:")
    assert measured(tmp_path, " ".join(words)) == found


def test_a_prompt_longer_than_the_model_reads_is_not_cut_in_silence(tmp_path: Path) -> None:
    write_gpt2(tmp_path / perplexity.FOLDER)
    found = measured(tmp_path, "a red boat " * 3)
    assert found.value is None
    assert found.reason == "cannot compute: the prompt is 10 tokens, the model reads 2 to 8."


def _changed(folder: Path, **values: object) -> None:
    config = folder / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | values))


def test_a_damaged_model_gives_a_reason_and_no_number(tmp_path: Path) -> None:
    folder = tmp_path / perplexity.FOLDER
    write_gpt2(folder)
    _changed(folder, n_layer=3)
    found = measured(tmp_path, "a boat")
    assert found.value is None
    assert "lacks transformer.h.2.attn.c_attn.bias and 11 others" in found.reason
    _changed(folder, n_layer=2, n_embd=32)
    assert "holds no usable model" in measured(tmp_path, "a boat").reason
    _changed(folder, n_embd=16)
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:500])
    assert "holds no usable model" in measured(tmp_path, "a boat").reason


def test_a_model_that_fills_gaps_is_not_asked_to_write_on(tmp_path: Path) -> None:
    write_masked_bert(tmp_path / perplexity.FOLDER)
    found = measured(tmp_path, "a boat")
    assert found.value is None
    assert "did not learn to write on" in found.reason


def test_what_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measured(tmp_path, " ").reason == "cannot compute: there is no prompt."
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "torch" or None)
    assert "transformers must be installed" in measured(tmp_path, "a boat").reason
    monkeypatch.setattr("importlib.util.find_spec", lambda _: True)
    found = measured(tmp_path, "a boat")
    assert found.value is None
    assert f"model.safetensors, tokenizer.json must be in {tmp_path / perplexity.FOLDER}" in found.reason
    assert perplexity.HOW in found.reason
