"""Makes resources/predictor/prior.npz from public ratings.

    python tools/make_prior.py FOLDER

FOLDER holds fetv/ratings.csv (llyx97/FETV-EVAL, CC BY 4.0) and video-bench/ratings.csv
(Video-Bench/Video-Bench, Apache-2.0), one row a rated clip or dimension. Prints the file's SHA-256.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path
from statistics import mean, pstdev

from clappper.base.paths import resource
from clappper.review.embedding import PromptEncoder
from clappper.review.learning import Example, learn
from clappper.review.public import by_prompt, read_fetv, read_video_bench

VERSION = "prior-1"


def main(folder: Path) -> None:
    home = resource("models", "minilm")
    encoder = PromptEncoder(home / "weights.npz", home / "vocab.txt")
    examples = public_examples(folder)
    predictor = learn(examples, encoder, version=VERSION)
    path = resource("predictor", "prior.npz")
    path.parent.mkdir(parents=True, exist_ok=True)
    predictor.save(path)
    print(len(examples), predictor.process.kernel, predictor.least_known)
    print(path, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


def public_examples(folder: Path) -> list[Example]:
    """Put both sets on FETV's scale: what passes there is what a generated clip needs to pass."""
    fetv = by_prompt(read_fetv(folder / "fetv" / "ratings.csv"))
    bench = by_prompt(read_video_bench(folder / "video-bench" / "ratings.csv"))
    return fetv + [replace(one, score=score) for one, score in zip(bench, like(bench, fetv), strict=True)]


def like(ours: list[Example], theirs: list[Example]) -> list[float]:
    """Give our scores with the mean and the spread of theirs."""
    own, other = [one.score for one in ours], [one.score for one in theirs]
    return [mean(other) + (score - mean(own)) / pstdev(own) * pstdev(other) for score in own]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
