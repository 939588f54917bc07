"""A prompt as 384 numbers: the sentence encoder MiniLM-L6, run in plain numpy.

The weights are eight-bit whole numbers with one scale a row; sums are taken in double precision and the
result is rounded, so that every machine gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from clappper.review.wordpiece import WordPieces

Vectors = NDArray[np.float64]

DIMENSIONS = 384
LAYERS, HEADS = 6, 12
MOST_TOKENS = 128
NORM_EPSILON = 1e-12
DECIMALS = 6


class PromptEncoder:
    """The network in ``weights`` with its ``vocabulary``; ``tools/make_minilm.py`` writes both."""

    def __init__(self, weights: Path, vocabulary: Path) -> None:
        with np.load(weights, allow_pickle=False) as stored:
            self._weights: Mapping[str, NDArray[np.generic]] = {name: stored[name] for name in stored.files}
        self._pieces = WordPieces(vocabulary)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give shape (len(texts), 384): unit vectors; those of like meaning point the same way.

        An empty text is the zero vector.
        """
        vectors = [self._encoded(text) if text.strip() else np.zeros(DIMENSIONS) for text in texts]
        return np.round(np.array(vectors).reshape(len(texts), DIMENSIONS), DECIMALS)

    def _encoded(self, text: str) -> Vectors:
        tokens = np.array(self._pieces.encode(text, MOST_TOKENS))
        state = self._rows("words", tokens) + self._rows("places", np.arange(len(tokens)))
        state = self._normed("start", state + self._plain("kind"))
        for layer in range(LAYERS):
            state = self._normed(f"{layer}.mixed", state + self._attended(layer, state))
            inner = self._linear(f"{layer}.wide", state)
            inner *= 0.5 * (1.0 + erf(inner / np.sqrt(2.0)))
            state = self._normed(f"{layer}.done", state + self._linear(f"{layer}.narrow", inner))
        mean = state.mean(axis=0)
        unit: Vectors = mean / np.linalg.norm(mean)
        return unit

    def _attended(self, layer: int, state: Vectors) -> Vectors:
        """Scaled dot-product attention with 12 heads (Vaswani et al., 2017)."""
        query, key, value = (self._heads(f"{layer}.{name}", state) for name in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(DIMENSIONS / HEADS)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        joined = (weights @ value).transpose(1, 0, 2).reshape(len(state), DIMENSIONS)
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
        return self._weights[name].astype(np.float64)
