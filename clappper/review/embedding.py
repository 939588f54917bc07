"""A prompt as 384 numbers: the sentence encoder MiniLM-L6, run in plain numpy.

The weights are eight-bit whole numbers with one scale a row; sums are taken in double precision and the
result is rounded, so that every machine gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from clappper.review.wordpiece import WordPieces

Vectors = NDArray[np.float64]

DIMENSIONS = 384
LAYERS, HEADS = 6, 12
MOST_TOKENS = 128
BATCH = 64
NORM_EPSILON = 1e-12
DECIMALS = 6


class PromptEncoder:
    """The network in ``weights`` with its ``vocabulary``; ``tools/make_minilm.py`` writes both."""

    def __init__(self, weights: Path, vocabulary: Path) -> None:
        with np.load(weights, allow_pickle=False) as stored:
            self._weights: Mapping[str, NDArray[np.generic]] = {name: stored[name] for name in stored.files}
        self._widened: dict[str, Vectors] = {}
        self._pieces = WordPieces(vocabulary)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give shape (len(texts), 384): unit vectors; those of like meaning point the same way.

        An empty text is the zero vector.
        """
        vectors = np.zeros((len(texts), DIMENSIONS))
        said = [place for place, text in enumerate(texts) if text.strip()]
        for begin in range(0, len(said), BATCH):
            places = said[begin : begin + BATCH]
            vectors[places] = self._encoded([texts[place] for place in places])
        return np.round(vectors, DECIMALS)

    def _encoded(self, texts: Sequence[str]) -> Vectors:
        """Run the network over all tokens of all texts at once; only attention looks at each text alone."""
        tokens = [np.array(self._pieces.encode(text, MOST_TOKENS)) for text in texts]
        places = np.concatenate([np.arange(len(one)) for one in tokens])
        edges = np.cumsum([0, *(len(one) for one in tokens)])
        parts = [slice(begin, end) for begin, end in pairwise(edges)]
        state = self._rows("words", np.concatenate(tokens)) + self._rows("places", places)
        state = self._normed("start", state + self._plain("kind"))
        for layer in range(LAYERS):
            state = self._normed(f"{layer}.mixed", state + self._attended(layer, state, parts))
            inner = self._linear(f"{layer}.wide", state)
            inner *= 0.5 * (1.0 + erf(inner / np.sqrt(2.0)))
            state = self._normed(f"{layer}.done", state + self._linear(f"{layer}.narrow", inner))
        means = np.array([state[part].mean(axis=0) for part in parts])
        units: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return units

    def _attended(self, layer: int, state: Vectors, parts: Sequence[slice]) -> Vectors:
        """Scaled dot-product attention with 12 heads (Vaswani et al., 2017)."""
        query, key, value = (self._heads(f"{layer}.{name}", state) for name in ("query", "key", "value"))
        joined = np.empty_like(state)
        for part in parts:
            scores = query[:, part] @ key[:, part].transpose(0, 2, 1) / np.sqrt(DIMENSIONS / HEADS)
            weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
            weights /= weights.sum(axis=-1, keepdims=True)
            joined[part] = (weights @ value[:, part]).transpose(1, 0, 2).reshape(-1, DIMENSIONS)
        return self._linear(f"{layer}.joined", joined)

    def _heads(self, name: str, state: Vectors) -> Vectors:
        return self._linear(name, state).reshape(len(state), HEADS, -1).transpose(1, 0, 2)

    def _linear(self, name: str, state: Vectors) -> Vectors:
        product: Vectors = state @ self._plain(f"{name}.weight").T
        return product * self._plain(f"{name}.scale") + self._plain(f"{name}.bias")

    def _rows(self, name: str, places: NDArray[np.int_]) -> Vectors:
        rows = self._weights[f"{name}.weight"][places].astype(np.float64)
        scaled: Vectors = rows * self._weights[f"{name}.scale"][places, None].astype(np.float64)
        return scaled

    def _normed(self, name: str, state: Vectors) -> Vectors:
        centred = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + NORM_EPSILON)
        normed: Vectors = centred / spread * self._plain(f"{name}.gain") + self._plain(f"{name}.bias")
        return normed

    def _plain(self, name: str) -> Vectors:
        """Give a weight in double precision; widening all of them anew takes longer than a prompt itself."""
        if name not in self._widened:
            self._widened[name] = self._weights[name].astype(np.float64)
        return self._widened[name]
