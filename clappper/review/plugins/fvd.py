"""How far a set of clips is from a reference set: Fréchet video distance (Unterthiner et al., 2018).

The features are the 400 logits of I3D, which learned Kinetics, over the middle square of the
first 16 frames of each clip at 224 x 224.
The network is the TorchScript file that StyleGAN-V's evaluation uses.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import ClappperError
from clappper.media.decode import FrameReader
from clappper.media.models import ModelStore
from clappper.media.probe import probe
from clappper.review.plugins.material import Material
from clappper.review.scorers.sample import colour
from clappper.review.scorers.score import Metric, Score, impossible

VERSION = "1"
METRICS = (Metric("fvd", "Fréchet video distance of the set"),)
MODEL = "i3d-kinetics"
FRAMES, SIDE = 16, 224
FEWEST, ENOUGH = 2, 256
"""The fewer the clips the more the distance is too large: below ``ENOUGH`` it says so. One has no spread."""
HOW = 'install the extra with pip install "clappper[plugins]", then run: clappper models get i3d-kinetics'

Features = NDArray[np.float64]


def measure(given: Material) -> tuple[Score, ...]:
    fewest = min(len(given.clips), len(given.reference_clips))
    if fewest < FEWEST:
        return impossible(
            METRICS,
            "it compares two sets of at least two clips; give folders to clappper metrics "
            "with --clips FOLDER --reference-clips FOLDER.",
        )
    if lacking := missing(given.models):
        return impossible(METRICS, lacking)
    network = load(ModelStore.open(given.models).get(MODEL).file())
    try:
        ours, theirs = (features(network, clips) for clips in (given.clips, given.reference_clips))
    except ClappperError as error:
        return impossible(METRICS, error.message)
    told = f"{len(ours)} clips against {len(theirs)}"
    warned = f"{told}; biased upwards, because there are fewer than {ENOUGH}" if fewest < ENOUGH else told
    return (Score("fvd", float(f"{frechet_distance(ours, theirs):.6g}"), warned),)


def missing(models: Path) -> str:
    """Say what has to be installed or brought; nothing where all is here."""
    if importlib.util.find_spec("torch") is None:
        return f"torch must be installed; {HOW}."
    return "" if ModelStore.open(models).has(MODEL) else f"I3D's weights are not on this machine; {HOW}."


def frechet_distance(one: Features, other: Features) -> float:
    """Give |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^1/2) of two sets of features, shapes (n, d) and (m, d).

    Dowson and Landau, 1982. With S1 = A'A and S2 = B'B of the centred sets the eigenvalues of S1 S2 are the
    squared singular values of A B', so the trace of the root is their sum: exact, also where a set has fewer
    clips than features and no root of a matrix could be trusted.
    """
    apart = np.sum((one.mean(axis=0) - other.mean(axis=0)) ** 2)
    a, b = (np.asarray((x - x.mean(axis=0)) / np.sqrt(len(x) - 1)) for x in (one, other))
    shared = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return max(0.0, float(apart + np.sum(a**2) + np.sum(b**2) - 2 * shared))


def load(path: Path) -> Any:
    """Load a TorchScript program; its file was checked against its checksum."""
    import torch

    return torch.jit.load(str(path), map_location="cpu").eval()


def features(network: Any, clips: tuple[Path, ...]) -> Features:
    """Give the logits of each clip, shape (n, 400).

    Raises:
        ClappperError: a clip is no video, or too short.
    """
    import torch

    rows = []
    with torch.inference_mode():
        for clip in clips:
            film = torch.from_numpy(_film(clip))[None]
            found = network(film, rescale=False, resize=False, return_features=True)
            rows.append(np.asarray(found.numpy(), np.float64).ravel())
    return np.stack(rows)


def _film(path: Path) -> NDArray[np.float32]:
    """Read the first frames, from -1 to 1, shape (3, 16, 224, 224)."""
    facts = probe(path)
    if round(facts.duration_seconds * float(facts.rate.fps)) < FRAMES:
        raise ClappperError(f"{path.name} has fewer than {FRAMES} frames.")
    with FrameReader(path, rate=facts.rate, width=SIDE, height=SIDE) as reader:
        pictures = [reader.at(number) for number in range(FRAMES)]
        film = np.stack([colour(picture.y, picture.u, picture.v) for picture in pictures])
    return np.ascontiguousarray(film.transpose(3, 0, 1, 2).astype(np.float32) / 127.5 - 1)
