"""How far a caption of the clip means what the prompt asked for: BERTScore (Zhang et al., 2020).

Each token is matched with the most alike of the other text, by the cosine of what a BERT makes of it in its
context; precision is the mean over the caption's tokens, recall over the prompt's. Neither idf weights nor
rescaling; the signs for beginning and end may be matched but do not count, as in the authors' program.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.review.plugins import language_model
from clappper.review.plugins.material import Material
from clappper.review.scorers.score import Metric, Score, impossible, scores

VERSION = "1"
METRICS = (
    Metric("bertscore_precision", "BERTScore precision"),
    Metric("bertscore_recall", "BERTScore recall"),
    Metric("bertscore_f1", "BERTScore F1"),
)
FOLDER = "bertscore"
HOW = (
    'install the extra with pip install "clappper[plugins]" and bring BERT (Apache-2.0): '
    "hf download google-bert/bert-base-uncased --local-dir FOLDER"
)
LAYERS = {("bert", 12): 9, ("bert", 24): 18, ("roberta", 12): 10, ("roberta", 24): 17, ("distilbert", 6): 5}
"""The layer the authors found to follow people best, by kind and depth; of another network the last one."""

Vectors = NDArray[np.float64]


def measure(given: Material) -> tuple[Score, ...]:
    if not given.prompt.strip():
        return impossible(METRICS, "there is no prompt to compare with.")
    if not given.caption.strip():
        return impossible(
            METRICS, "there is no caption of the clip; give one to clappper metrics with --caption TEXT."
        )
    if lacking := missing(given.models):
        return impossible(METRICS, lacking)
    folder = given.models / FOLDER
    try:
        tokenizer, network = language_model.load("AutoModel", folder)
        (caption, said), (prompt, asked) = (
            embedded(tokenizer, network, text) for text in (given.caption, given.prompt)
        )
    except UnusableInputError as error:
        return impossible(METRICS, error.message)
    if not (said.any() and asked.any()):
        return impossible(METRICS, "the model knows no token of the caption or of the prompt.")
    precision, recall, f1 = matched(caption, prompt, said, asked)
    found = scores(bertscore_precision=precision, bertscore_recall=recall, bertscore_f1=f1)
    by = f"{language_model.name_of(network, folder)}, layer {_layer(network)}"
    return tuple(Score(one.name, one.value, by) for one in found)


def missing(models: Path) -> str:
    """Say what has to be installed or brought; nothing where all is here."""
    return language_model.missing(models / FOLDER, HOW)


def matched(
    candidate: Vectors, reference: Vectors, said: NDArray[np.bool_], asked: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Give precision, recall and F1 of unit vectors, shapes (n, d) and (m, d); tokens marked True count."""
    alike = candidate @ reference.T
    precision, recall = float(alike.max(axis=1)[said].mean()), float(alike.max(axis=0)[asked].mean())
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def embedded(tokenizer: Any, network: Any, text: str) -> tuple[Vectors, NDArray[np.bool_]]:
    """Give a unit vector for each token, and which tokens are words of the text.

    Raises:
        UnusableInputError: it is longer than the network reads.
    """
    import torch

    told = tokenizer(text, return_special_tokens_mask=True, return_tensors="pt")
    count = told["input_ids"].shape[1]
    longest = min(tokenizer.model_max_length, network.config.max_position_embeddings)
    if count > longest:
        raise UnusableInputError(f"a text is {count} tokens, the model reads up to {longest}.")
    signs = told.pop("special_tokens_mask")[0].numpy().astype(bool)
    with torch.inference_mode():
        states = network(**told, output_hidden_states=True).hidden_states[_layer(network)][0].numpy()
    return states / np.linalg.norm(states, axis=1, keepdims=True), ~signs


def _layer(network: Any) -> int:
    depth = network.config.num_hidden_layers
    return LAYERS.get((network.config.model_type, depth), int(depth))
