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
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from clappper.base.paths import resource
from clappper.review.metrics import METRICS, measure

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


if __name__ == "__main__":
    main()
