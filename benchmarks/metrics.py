"""Which metrics follow people's ratings, and what measuring costs.

    python -m benchmarks.metrics FOLDER [--write]

FOLDER holds fetv-clips/index.csv and its clips. ``--write`` also makes resources/predictor/reference.json,
the shipped distribution: the clips' numbers as quantiles, and how each metric follows its human dimension.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from clappper.base.paths import resource
from clappper.media.motion import small
from clappper.review.metrics import METRICS, measure
from clappper.review.scorers.likeness import ssim
from clappper.review.scorers.sample import take_sample

STATIC = {"sharpness", "banding", "aesthetic_mean", "aesthetic_std", "letterbox"}
ALIGNMENT = {"clipscore_mean", "clipscore_min", "clipscore_std"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    home = asked.folder / "fetv-clips"
    with (home / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    started = time.process_time()
    clips = [
        {one.name: one.value for one in measure(home / row["file"], row["prompt"], home)} for row in rows
    ]
    print(f"{len(rows)} clips, {(time.process_time() - started) / len(rows):.2f} CPU s each")
    table = {name: row for name in METRICS if (row := against_people(name, clips, rows))}
    if asked.write:
        text = json.dumps(table, indent=1) + "\n"
        resource("predictor", "reference.json").write_text(text, "utf-8")
    ssim_against_skimage(home / rows[0]["file"])


def against_people(
    name: str, clips: Sequence[dict[str, float | None]], rows: Sequence[dict[str, str]]
) -> dict[str, object] | None:
    """Correlate a metric with the human dimension it should follow, over all and inside each model."""
    dimension = "static" if name in STATIC else "alignment" if name in ALIGNMENT else "temporal"
    kept = [(clip[name], row) for clip, row in zip(clips, rows, strict=True) if clip.get(name) is not None]
    if len(kept) < 20:
        return None
    values = np.array([value for value, _ in kept], dtype=float)
    people = np.array([float(row[f"{dimension}_mean"]) for _, row in kept])
    models = np.array([row["model"] for _, row in kept])
    quantiles = [float(f"{value:.6g}") for value in np.quantile(values, np.linspace(0, 1, 21))]
    if np.unique(values).size < 3:
        print(f"{name}: the same for all")
        return {"quantiles": quantiles, "signal": None, "within": None}
    whole = float(spearmanr(values, people).statistic)
    inside = [
        float(spearmanr(values[models == model], people[models == model]).statistic)
        for model in np.unique(models)
        if np.unique(values[models == model]).size > 2
    ]
    print(
        f"{name}: {whole:+.3f} with {dimension} quality, {np.mean(inside):+.3f} within a model, "
        f"{len(kept)} clips"
    )
    return {"quantiles": quantiles, "signal": round(whole, 3), "within": round(float(np.mean(inside)), 3)}


def ssim_against_skimage(clip: Path) -> None:
    """Compare values and processor time with scikit-image, where it is installed, frame by frame."""
    try:
        from skimage.metrics import structural_similarity  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        print("scikit-image is not installed: no comparison")
        return
    pictures = [small(plane) for plane in take_sample(clip, clip.parent).some]
    pairs = list(pairwise(pictures)) * 20
    started = time.process_time()
    ours = [ssim(one, other) for one, other in pairs]
    half = time.process_time()
    theirs = [
        structural_similarity(
            one, other, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255
        )
        for one, other in pairs
    ]
    end = time.process_time()
    print(
        f"SSIM: largest difference {np.abs(np.array(ours) - np.array(theirs)).max():.2e}, "
        f"{(end - half) / (half - started):.1f} x as fast"
    )


if __name__ == "__main__":
    main()
