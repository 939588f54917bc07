"""The predictor beside what is usual: logistic regression for few labels, boosted trees for many.

    python -m benchmarks.baselines FOLDER [--ratings t2vscore_human.csv] [--curve]

Needs scikit-learn (pip install scikit-learn), which the program itself does without. All see the same folds,
prompt embeddings, counts and model names. What they leave open (the penalty, the size of the trees) is chosen
by log loss on folds within the training folds, and their chances are calibrated there, too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.predictor import Chances, few_labels, learned, out_of_fold, read_t2v, say
from clappper.base.paths import resource
from clappper.media.models import ModelStore
from clappper.review.features import count_features
from clappper.review.learning import Example, grouped_folds
from clappper.review.predictor import Encoder
from clappper.review.prior import LazyEncoder
from clappper.review.public import read_fetv, read_video_bench

Foreteller = Callable[[Sequence[Example]], Chances]
Teacher = Callable[[list[Example], Encoder], Foreteller]
PENALTIES = (0.001, 0.003, 0.01, 0.03, 0.1)
LEAVES = (4, 8)
MAKER_WEIGHT = 10.0
"""So that the penalty, made for hundreds of embedding columns, leaves the models' own levels alone."""
COMPONENTS = 32
"""Of the embeddings, for trees."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ratings", type=Path)
    parser.add_argument("--curve", action="store_true")
    asked = parser.parse_args()
    encoder = LazyEncoder(ModelStore.open(resource("models")))
    fetv = [clip.example for clip in read_fetv(asked.folder / "fetv" / "ratings.csv")]
    if asked.curve:
        for count, kept, apart in few_labels(fetv):
            for name, teach in TEACHERS.items():
                say(f"{name} from {count} labels", apart, teach(kept, encoder)(apart))
        return
    sets = {"FETV": fetv}
    if asked.ratings:
        t2v = read_t2v(asked.ratings)
        for mark in (3.0, 3.5):
            sets[f"T2VScore, a pass from {mark}"] = [replace(e, passed=float(e.score >= mark)) for e in t2v]
    bench = read_video_bench(asked.folder / "video-bench" / "ratings.csv")
    sets["Video-Bench"] = [clip.example for clip in bench]
    for name, examples in sets.items():
        compare(name, examples, encoder)


def compare(name: str, examples: Sequence[Example], encoder: Encoder) -> None:
    say(f"{name}: base rate", examples, out_of_fold_by(examples, encoder, base_rate))
    for label, teach in TEACHERS.items():
        say(f"{name}: {label}", examples, out_of_fold_by(examples, encoder, teach))


def out_of_fold_by(examples: Sequence[Example], encoder: Encoder, teach: Teacher) -> Chances:
    return out_of_fold(examples, lambda kept: teach(kept, encoder))


def base_rate(kept: list[Example], _: Encoder) -> Foreteller:
    """Say of every clip what share of the known ones passed."""
    rate = float(np.mean([example.passed for example in kept]))
    return lambda asked: np.full(len(asked), rate)


def regression(kept: list[Example], encoder: Encoder) -> Foreteller:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found, unused-ignore]

    def make(penalty: float) -> Any:
        return LogisticRegression(C=penalty, max_iter=2000)

    return _chosen(kept, encoder, make, PENALTIES, components=None)


def trees(kept: list[Example], encoder: Encoder) -> Foreteller:
    from sklearn.ensemble import (  # type: ignore[import-not-found, unused-ignore]
        HistGradientBoostingClassifier,
    )

    def make(leaves: float) -> Any:
        return HistGradientBoostingClassifier(
            max_leaf_nodes=int(leaves),
            learning_rate=0.05,
            max_iter=100,
            l2_regularization=1.0,
            random_state=0,
        )

    return _chosen(kept, encoder, make, LEAVES, components=COMPONENTS)


TEACHERS: dict[str, Teacher] = {
    "logistic regression": regression,
    "boosted trees": trees,
    "Gaussian process": learned,
}


def _chosen(
    kept: list[Example],
    encoder: Encoder,
    make: Callable[[float], Any],
    choices: Sequence[float],
    components: int | None,
) -> Foreteller:
    """Take the choice with the least log loss on inner folds, and a sigmoid fitted to what it said there."""
    from scipy.special import logit
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss  # type: ignore[import-not-found, unused-ignore]

    read = _reader(kept, encoder, components)
    rows, passed = read(kept), np.array([example.passed >= 0.5 for example in kept])
    folds = list(grouped_folds(np.array([example.prompt for example in kept])))
    told: dict[float, NDArray[np.float64]] = {}
    for choice in choices:
        chances = np.full(len(kept), passed.mean())
        for inside, out in folds:
            if np.unique(passed[inside]).size > 1:
                chances[out] = make(choice).fit(rows[inside], passed[inside]).predict_proba(rows[out])[:, 1]
        told[choice] = np.clip(chances, 1e-4, 1 - 1e-4)
    best = min(choices, key=lambda choice: log_loss(passed, told[choice]))
    curve = LogisticRegression(C=1.0).fit(logit(told[best])[:, None], passed)
    model = make(best).fit(rows, passed)
    rising = float(curve.coef_[0, 0]) > 0

    def foretell(asked: Sequence[Example]) -> Chances:
        chances = np.clip(model.predict_proba(read(asked))[:, 1], 1e-4, 1 - 1e-4)
        found: Chances = curve.predict_proba(logit(chances)[:, None])[:, 1] if rising else chances
        return found

    return foretell


def _reader(
    kept: list[Example], encoder: Encoder, components: int | None
) -> Callable[[Sequence[Example]], NDArray[np.float64]]:
    """Turn examples into rows: embedding, standardised counts, one column a model name."""
    names = sorted({example.provider for example in kept})
    counts = count_features([example.prompt for example in kept])
    mean, spread = counts.mean(axis=0), np.where(counts.std(axis=0) > 0, counts.std(axis=0), 1.0)
    embedded = encoder.encode([example.prompt for example in kept])
    centre = embedded.mean(axis=0)
    axes = np.eye(embedded.shape[1])
    if components is not None:
        _, _, turned = np.linalg.svd(embedded - centre, full_matrices=False)
        axes = turned[:components].T

    def rows(examples: Sequence[Example]) -> NDArray[np.float64]:
        prompts = [example.prompt for example in examples]
        vectors = (encoder.encode(prompts) - centre) @ axes * np.sqrt(embedded.shape[1])
        scaled = np.clip((count_features(prompts) - mean) / spread, -3, 3)
        makers = np.array([[float(example.provider == name) for name in names] for example in examples])
        return np.hstack([vectors, scaled, MAKER_WEIGHT * makers])

    return rows


if __name__ == "__main__":
    main()
