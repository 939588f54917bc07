"""How the rubric's categories follow what people think of the clips.

    python -m benchmarks.rubric FOLDER [--ratings t2vscore_human.csv]

FOLDER holds fetv/ratings.csv and video-bench/ratings.csv. The rubric's words and points were chosen on FETV
and Video-Bench; T2VScore is another study, of other prompts and other models, and was only judged.

Each number is Spearman's correlation with the mean rating of a prompt, whoever made the clips, and its 95 %
bootstrap interval over prompts; then with the share that passed, and the lowest and highest of the models.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from benchmarks.predictor import read_t2v
from clappper.brief import rubric
from clappper.brief.findings import PreflightContext
from clappper.brief.lint import lint
from clappper.brief.schema import load_brief
from clappper.review.public import PublicClip, by_prompt, read_fetv, read_video_bench

DRAWS = 1000
FAMILY = "overall_consistency"
"""The one family of Video-Bench whose prompts are sentences; the others hold a word or two."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ratings", type=Path)
    asked = parser.parse_args()
    against_people("FETV", read_fetv(asked.folder / "fetv" / "ratings.csv"))
    bench = read_video_bench(asked.folder / "video-bench" / "ratings.csv")
    against_people("Video-Bench", [clip for clip in bench if clip.family == FAMILY])
    if asked.ratings:
        against_people("T2VScore", [PublicClip(example) for example in read_t2v(asked.ratings)])


def against_people(study: str, clips: Sequence[PublicClip]) -> None:
    """Print a line for each category."""
    examples = by_prompt(list(clips))
    scores = np.array([example.score for example in examples])
    passes = np.array([example.passed for example in examples])
    graded = [graded_prompt(example.prompt) for example in examples]
    makers = sorted({clip.example.provider for clip in clips})
    print(f"{study}: {len(examples)} prompts, {len(makers)} models")
    for name in graded[0]:
        values = np.array([grades[name] for grades in graded])
        if np.unique(values).size < 2:
            print(f"  {name}: the same for every prompt")
            continue
        low, high = interval(values, scores)
        known = dict(zip((example.prompt for example in examples), values, strict=True))
        alone = [with_model(known, clips, maker) for maker in makers]
        print(
            f"  {name}: {rho(values, scores):+.2f} ({low:+.2f} to {high:+.2f}), passes "
            f"{rho(values, passes):+.2f}, one model {min(alone):+.2f} to {max(alone):+.2f}",
            flush=True,
        )


def rho(values: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    return float(spearmanr(values, others).statistic)


def with_model(known: dict[str, float], clips: Sequence[PublicClip], maker: str) -> float:
    own = [clip.example for clip in clips if clip.example.provider == maker]
    return rho(np.array([known[one.prompt] for one in own]), np.array([one.score for one in own]))


def interval(values: NDArray[np.float64], others: NDArray[np.float64]) -> tuple[float, float]:
    """Draw prompts with replacement; a draw in which all are alike says nothing and is left out."""
    chance = np.random.default_rng(0)
    draws = [chance.integers(len(values), size=len(values)) for _ in range(DRAWS)]
    found = [rho(values[draw], others[draw]) for draw in draws if np.unique(values[draw]).size > 1]
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def graded_prompt(prompt: str) -> dict[str, int]:
    """Grade a brief of one scene that says nothing but the prompt."""
    brief = load_brief(
        {
            "project": {"name": "Bench", "target_audience": "everybody", "aspect": "16:9", "duration_s": 8},
            "product": {
                "name": "Qx",
                "key_benefit": "none at all",
                "brand_colors": ["#808080"],
                "no_logo": True,
            },
            "cta": {"headline": "Go"},
            "scenes": [
                {"id": "one", "start_s": 0, "end_s": 4, "type": "lifestyle", "intent": prompt[:4000]},
                {"id": "end", "start_s": 4, "end_s": 8, "type": "endcard", "intent": "end card"},
            ],
            "safety": {"allow_faces": True},
        }
    )
    categories = rubric.grade(brief, lint(brief, PreflightContext()))
    return {category.name: category.score for category in categories} | {
        "overall": rubric.overall(categories)
    }


if __name__ == "__main__":
    main()
