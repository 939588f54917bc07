"""The predictor that comes with the program, and a user's own on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.paths import resource
from clappper.media.models import ModelStore
from clappper.review.embedding import PromptEncoder
from clappper.review.gaussian import Matrix
from clappper.review.predictor import Predictor, load_predictor

OWN = "predictor.npz"


@dataclass
class LazyEncoder:
    """The prompt encoder, checked and loaded when the first prompt comes; remembers the prompts it saw."""

    store: ModelStore

    def __post_init__(self) -> None:
        self._known: dict[str, Matrix] = {}

    def encode(self, texts: list[str]) -> Matrix:
        """Give unit vectors, shape (len(texts), 384).

        Raises:
            MissingModelError: the encoder's files are not those of this program.
        """
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._network.encode(new), strict=True))
        return np.array([self._known[text] for text in texts])

    @cached_property
    def _network(self) -> PromptEncoder:
        model = self.store.get("minilm")
        return PromptEncoder(model.file("weights.npz"), model.file("vocab.txt"))


def shipped_prior(store: ModelStore) -> Predictor:
    """Load the prior: learned from FETV (CC BY 4.0) and Video-Bench (Apache-2.0), see resources/predictor."""
    return load_predictor(resource("predictor", "prior.npz"), LazyEncoder(store))


def own_predictor(folder: Path, prior: Predictor) -> Predictor | None:
    """Load the one learned from the user's own ratings; None until there is one that can be used."""
    path = folder / OWN
    if not path.is_file():
        return None
    try:
        return load_predictor(path, prior.encoder, prior)
    except UnusableInputError:
        return None
