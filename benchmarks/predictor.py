"""How well the predictor foretells people's ratings, on prompts that it has not seen.

    python -m benchmarks.predictor FOLDER [--ratings t2vscore_human.csv]

FOLDER holds fetv/ratings.csv and video-bench/ratings.csv. Every choice (kernel, curve) is made inside the
training folds; the test folds are only judged.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from clappper.base.paths import resource
from clappper.media.models import ModelStore
from clappper.review import calibration
from clappper.review.learning import Example, Figures, grouped_folds, learn
from clappper.review.predictor import Encoder, Predictor
from clappper.review.prior import LazyEncoder, shipped_prior
from clappper.review.public import PublicClip, read_fetv, read_video_bench

Chances = NDArray[np.float64]
T2V_PASS = 3.0
APART = 150
LABELS = (40, 100, 200, 400, 800, 1600)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ratings", type=Path)
    asked = parser.parse_args()
    store = ModelStore.open(resource("models"))
    encoder = LazyEncoder(store)
    fetv = read_fetv(asked.folder / "fetv" / "ratings.csv")
    ceiling(fetv)
    judge("FETV", [clip.example for clip in fetv], encoder, recalls=True)
    left_out_models([clip.example for clip in fetv], encoder)
    learning_curve([clip.example for clip in fetv], encoder)
    if asked.ratings:
        t2v = read_t2v(asked.ratings)
        judge("T2VScore", t2v, encoder)
        transfer(shipped_prior(store), t2v)
        abstention(shipped_prior(store), sorted({example.prompt for example in t2v}))
    bench = read_video_bench(asked.folder / "video-bench" / "ratings.csv")
    judge("Video-Bench", [clip.example for clip in bench], encoder)


def judge(name: str, examples: Sequence[Example], encoder: Encoder, *, recalls: bool = False) -> None:
    chances = out_of_fold(examples, lambda kept: learned(kept, encoder))
    say(name, examples, chances)
    if recalls:
        passed = np.array([example.passed >= 0.5 for example in examples])
        for recall in (0.95, 0.9, 0.8):
            share = calibration.skipped_at_recall(chances, passed, recall)
            print(f"  keeping {recall:.0%} of the good clips, {share:.1%} need not be made")


def out_of_fold(
    examples: Sequence[Example], teach: Callable[[list[Example]], Callable[[Sequence[Example]], Chances]]
) -> Chances:
    """Foretell each clip by what has seen no clip of its prompt."""
    chances = np.zeros(len(examples))
    for kept, out in grouped_folds(np.array([example.prompt for example in examples])):
        foretell = teach([examples[place] for place in kept])
        chances[out] = foretell([examples[place] for place in out])
    return chances


def learned(kept: Sequence[Example], encoder: Encoder) -> Callable[[Sequence[Example]], Chances]:
    predictor = learn(kept, encoder, version="bench")
    return lambda asked: foretold(predictor, asked)


def foretold(predictor: Predictor, examples: Sequence[Example]) -> Chances:
    points = predictor.points([e.prompt for e in examples], [e.provider for e in examples])
    return predictor.chances(predictor.process.foretell(points))


def say(name: str, examples: Sequence[Example], chances: Chances) -> None:
    passed = np.array([example.passed >= 0.5 for example in examples])
    figures = Figures.of(chances, passed)
    print(
        f"{name}: {len(examples)} clips, AUC {figures.auc or 0:.4f}, within a model "
        f"{within(examples, chances, passed):.4f}, Brier {figures.brier:.4f}, "
        f"ECE {figures.calibration_error:.4f}, skipped at 95 % recall {figures.skipped_at_95:.1%}",
        flush=True,
    )


def within(examples: Sequence[Example], chances: Chances, passed: NDArray[np.bool_]) -> float:
    """Average the AUC inside each model: what the prompt alone explains."""
    makers = np.array([example.provider for example in examples])
    found = [
        calibration.auc(chances[makers == maker], passed[makers == maker]) for maker in np.unique(makers)
    ]
    return float(np.mean([value for value in found if value is not None]))


def left_out_models(examples: Sequence[Example], encoder: Encoder) -> None:
    """Foretell a model that was never rated, on prompts that were never rated."""
    for maker in sorted({example.provider for example in examples}):
        rest = [example for example in examples if example.provider != maker]
        kernel = learn(rest, encoder, version="bench").process.kernel
        own = [example for example in examples if example.provider == maker]
        chances = np.zeros(len(own))
        for _, out in grouped_folds(np.array([example.prompt for example in own])):
            asked = [own[place] for place in out]
            unseen = {example.prompt for example in asked}
            kept = [example for example in rest if example.prompt not in unseen]
            chances[out] = foretold(learn(kept, encoder, version="bench", kernel=kernel), asked)
        say(f"without {maker}", own, chances)


def learning_curve(examples: Sequence[Example], encoder: Encoder) -> None:
    """Learn from few labels, without the shipped prior: it knows these prompts."""
    for count, kept, apart in few_labels(examples):
        say(f"from {count} labels", apart, learned(kept, encoder)(apart))


def few_labels(examples: Sequence[Example]) -> Iterator[tuple[int, list[Example], list[Example]]]:
    """Yield so many labels, drawn by chance, and the clips of 150 other prompts to judge on."""
    names = np.random.default_rng(1).permutation(sorted({example.prompt for example in examples}))
    apart = set(names[:APART])
    rest = [example for example in examples if example.prompt not in apart]
    order = np.random.default_rng(2).permutation(len(rest))
    for count in LABELS:
        kept = [rest[place] for place in order[:count]]
        yield count, kept, [example for example in examples if example.prompt in apart]


def ceiling(clips: Sequence[PublicClip]) -> None:
    """How far one rater goes against the mean of the other two."""
    raters = np.array([clip.raters for clip in clips])
    found = [
        spearmanr(raters[:, one], np.delete(raters, one, axis=1).mean(axis=1)).statistic for one in range(3)
    ]
    print("one rater against the other two, Spearman:", ", ".join(f"{value:.3f}" for value in found))


def read_t2v(path: Path) -> list[Example]:
    """Read T2VScore's table: the mean of alignment and quality; passed from 3."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = [(float(row["human_alignment"]) + float(row["human_quality"])) / 2 for row in rows]
    return [
        Example(row["prompt"], row["model"], score, float(score >= T2V_PASS))
        for row, score in zip(rows, scores, strict=True)
    ]


def transfer(prior: Predictor, examples: Sequence[Example]) -> None:
    """Let the shipped prior rank clips of models and prompts from another study."""
    scores = prior.shared_scores([example.prompt for example in examples])
    passed = np.array([example.passed >= 0.5 for example in examples])
    print(f"the shipped prior on T2VScore: within a model {within(examples, scores, passed):.4f}")


def abstention(prior: Predictor, prompts: list[str]) -> None:
    """See how often the prior abstains for prompts of another study, and for what is no prompt at all."""
    chance = np.random.default_rng(0)
    letters = [list(prompt.replace(" ", "")) for prompt in prompts]
    texts = {
        "prompts": prompts,
        "the same backwards": [prompt[::-1] for prompt in prompts],
        "their letters as random words": [
            " ".join("".join(chance.choice(of, 5)) for _ in range(8)) for of in letters
        ],
    }
    for name, asked in texts.items():
        known = prior.process.foretell(prior.points(asked, [""] * len(asked))).known
        print(f"{name}: the prior abstains for {(known.round(3) < prior.least_known).mean():.1%}")


if __name__ == "__main__":
    main()
