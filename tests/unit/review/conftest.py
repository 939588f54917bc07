import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from clappper.review.learning import Example


class HashedWords:
    """A bag-of-words encoder: alike are prompts that share words. Instant, unlike the real network."""

    def encode(self, texts: list[str]) -> NDArray[np.float64]:
        return np.array([_bag(text) for text in texts]).reshape(len(texts), 384)


def _bag(text: str) -> NDArray[np.float64]:
    total = np.zeros(384)
    for word in text.lower().split():
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        total += np.random.default_rng(seed).normal(size=384)
    unit: NDArray[np.float64] = total / (np.linalg.norm(total) or 1.0)
    return unit


@pytest.fixture(scope="session")
def encoder() -> HashedWords:
    return HashedWords()


GOOD = ("mountain lake", "coffee cup", "red flower", "calm sea", "glass bottle")
BAD = ("two people", "crowd dancing", "hands typing", "man juggling", "children running")
PLACES = ("at dawn", "in rain", "indoors", "on a beach", "by night", "in snow", "in a park", "on a roof")


def rated(count: int, *, providers: tuple[str, ...] = ("alpha", "beta")) -> list[Example]:
    """Rate still lifes high and people low, alpha's a little higher, one day after another."""
    examples = []
    for number in range(count):
        good = number % 2 == 0
        words = (GOOD if good else BAD)[number // 2 % 5]
        prompt = f"{words} {PLACES[number // 10 % 8]} {number // 80}"
        provider = providers[number // 3 % len(providers)]
        noise = ((number * 7919) % 11 - 5) / 8
        score = (3.9 if good else 2.7) + 0.3 * (provider == "alpha") + noise
        day = f"2026-{1 + number // 28 % 12:02d}-{1 + number % 28:02d}T00:00:00+00:00"
        examples.append(Example(prompt, provider, score, float(score >= 3.5), day))
    return examples
