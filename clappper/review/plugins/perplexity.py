"""How ordinary a prompt's wording is to a language model: perplexity, e to the mean surprise of a token.

As GPT-2 is measured: the first token follows the model's own sign for a beginning, where it has one. Low is
ordinary; no ratings say that ordinary is better, so it is a fact.
"""

from __future__ import annotations

from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.review.plugins import language_model
from clappper.review.plugins.material import Material
from clappper.review.scorers.score import Metric, Score, impossible

VERSION = "1"
METRICS = (Metric("perplexity", "Perplexity of the prompt"),)
FOLDER = "perplexity"
HOW = (
    'install the extra with pip install "clappper[plugins]" and bring a small language model, such as '
    "GPT-2 (MIT): hf download openai-community/gpt2 --local-dir FOLDER"
)


def measure(given: Material) -> tuple[Score, ...]:
    if not given.prompt.strip():
        return impossible(METRICS, "there is no prompt.")
    if lacking := missing(given.models):
        return impossible(METRICS, lacking)
    folder = given.models / FOLDER
    try:
        tokenizer, network = language_model.load("AutoModelForCausalLM", folder)
    except UnusableInputError as error:
        return impossible(METRICS, error.message)
    if type(network).__name__ not in (network.config.architectures or ()):
        return impossible(METRICS, f"the model in {folder} did not learn to write on: {HOW}.")
    begin = tokenizer.bos_token_id
    tokens = tokenizer(given.prompt, add_special_tokens=False)["input_ids"]
    tokens = tokens if begin is None else [begin, *tokens]
    longest = getattr(network.config, "max_position_embeddings", len(tokens))
    if not 2 <= len(tokens) <= longest:
        return impossible(METRICS, f"the prompt is {len(tokens)} tokens, the model reads 2 to {longest}.")
    value = f"{_perplexity(network, tokens):.6g}"
    return (Score("perplexity", float(value), language_model.name_of(network, folder)),)


def missing(models: Path) -> str:
    """Say what has to be installed or brought; nothing where all is here."""
    return language_model.missing(models / FOLDER, HOW)


def _perplexity(network: object, tokens: list[int]) -> float:
    import torch

    ids = torch.tensor([tokens])
    with torch.inference_mode():
        logits = network(input_ids=ids).logits[0, :-1]  # type: ignore[operator]
        return float(torch.nn.functional.cross_entropy(logits, ids[0, 1:]).exp())
