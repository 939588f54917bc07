"""SSIM and LPIPS beside scikit-image, torchmetrics, pyiqa and lpips: the same values, and the processor time.

    python -m benchmarks.peers CLIP

Takes whichever of these packages is installed; none is needed by the program. All get the same pictures of
one clip, frame by frame as one would call them. torchmetrics averages a mirrored border, too, which is cut
off here; pyiqa sets negative contrast to 0, which is left as it is. LPIPS runs on one set of random AlexNet
weights everywhere, because the trained ones have to be fetched: that changes no time, and equal stays equal.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clappper.media.motion import small
from clappper.media.picture import Plane
from clappper.review.scorers import perceptual
from clappper.review.scorers.likeness import REACH, ssim
from clappper.review.scorers.sample import take_sample

Pairs = Sequence[tuple[Plane, Plane]]
Judge = Callable[[Plane, Plane], float]
LAYERS = ("slice1.0", "slice2.3", "slice3.6", "slice4.8", "slice5.10")
"""What lpips and torchmetrics call AlexNet's five convolutions."""
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("clip", type=Path)
    asked = parser.parse_args()
    sample = take_sample(asked.clip, asked.clip.parent)
    pairs = list(pairwise([small(plane) for plane in sample.some])) * ROUNDS
    mine, own = timed(lambda: [ssim(one, other) for one, other in pairs])
    print(f"SSIM of {len(pairs)} pairs of {pairs[0][0].shape[1]}x{pairs[0][0].shape[0]}: {own:.2f} CPU s")
    for name, make in {
        "scikit-image": skimage_ssim,
        "torchmetrics": torchmetrics_ssim,
        "pyiqa": pyiqa_ssim,
    }.items():
        if (judge := made(name, make)) is not None:
            theirs, spent = timed(partial(judged, judge, pairs))
            said(name, mine, theirs, own, spent)
    if importlib.util.find_spec("torch") is not None:
        lpips_beside_others(perceptual.prepared(sample.keys))


def made(name: str, make: Callable[[], Any]) -> Any | None:
    try:
        return make()
    except ImportError as error:
        print(f"  {name}: not installed ({error})")
        return None


def judged(judge: Callable[[Any, Any], float], pairs: Sequence[tuple[Any, Any]]) -> list[float]:
    return [judge(one, other) for one, other in pairs]


def timed(work: Callable[[], list[float]]) -> tuple[NDArray[np.float64], float]:
    work()
    started = time.process_time()
    found = work()
    return np.array(found), time.process_time() - started


def said(name: str, ours: NDArray[np.float64], theirs: NDArray[np.float64], own: float, spent: float) -> None:
    apart = float(np.abs(ours - theirs).max())
    print(
        f"  {name}: {spent:.2f} CPU s, {spent / own:.1f} x ours; largest difference {apart:.1e}", flush=True
    )


def skimage_ssim() -> Judge:
    from skimage.metrics import structural_similarity  # type: ignore[import-not-found, unused-ignore]

    return lambda one, other: structural_similarity(
        one, other, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255
    )


def torchmetrics_ssim() -> Judge:
    import torch
    from torchmetrics.functional.image import (  # type: ignore[import-not-found, unused-ignore]
        structural_similarity_index_measure,
    )

    def judge(one: Plane, other: Plane) -> float:
        a, b = (torch.from_numpy(plane)[None, None].float() for plane in (one, other))
        _, index = structural_similarity_index_measure(a, b, data_range=255.0, return_full_image=True)
        return float(index[..., REACH:-REACH, REACH:-REACH].mean())

    return judge


def pyiqa_ssim() -> Judge:
    import pyiqa  # type: ignore[import-not-found, unused-ignore]
    import torch

    metric = pyiqa.create_metric("ssim", device="cpu", test_y_channel=False, channels=1, downsample=False)

    def judge(one: Plane, other: Plane) -> float:
        a, b = (torch.from_numpy(plane)[None, None].float() / 255 for plane in (one, other))
        with torch.no_grad():
            return float(metric(a, b))

    return judge


def lpips_beside_others(pictures: NDArray[np.float32]) -> None:
    """Give neighbouring pictures to ours, all at once, and to the others, pair by pair."""
    weights = random_alexnet()
    with tempfile.TemporaryDirectory() as folder:
        network = perceptual.network_of(stored(weights, Path(folder)))
        ours, own = timed(lambda: [x for _ in range(ROUNDS) for x in perceptual.distances(network(pictures))])
    print(f"LPIPS of {len(ours)} pairs of {pictures.shape[3]}x{pictures.shape[2]}: {own:.2f} CPU s")
    scale = perceptual.SCALE[:, None, None]
    plain = pictures * scale + perceptual.SHIFT[:, None, None]
    pairs = list(pairwise(plain)) * ROUNDS
    for name, make in {"lpips": lpips_lpips, "torchmetrics": torchmetrics_lpips}.items():
        if (judge := made(name, partial(make, weights))) is not None:
            theirs, spent = timed(partial(judged, judge, pairs))
            said(name, ours, theirs, own, spent)


def random_alexnet() -> dict[str, Any]:
    """Make the five convolutions of AlexNet with weights as they are before training."""
    import torch

    torch.manual_seed(0)
    sizes = ((3, 64, 11), (64, 192, 5), (192, 384, 3), (384, 256, 3), (256, 256, 3))
    found: dict[str, Any] = {}
    for number, (before, after, side) in zip(perceptual.LAYERS, sizes, strict=True):
        layer = torch.nn.Conv2d(before, after, side)
        found[f"features.{number}.weight"] = layer.weight.detach()
        found[f"features.{number}.bias"] = layer.bias.detach()
    return found


def stored(weights: dict[str, Any], folder: Path) -> Path:
    import torch

    torch.save(weights, folder / "alexnet.pth")
    return folder / "alexnet.pth"


def lpips_lpips(weights: dict[str, Any]) -> Callable[[Any, Any], float]:
    import lpips  # type: ignore[import-not-found, unused-ignore]

    return judged_by(lpips.LPIPS(net="alex", pnet_rand=True, verbose=False), weights)


def torchmetrics_lpips(weights: dict[str, Any]) -> Callable[[Any, Any], float]:
    from torchmetrics.functional.image.lpips import (  # type: ignore[import-not-found, unused-ignore]
        _LPIPS,
    )

    return judged_by(_LPIPS(pretrained=True, net="alex", pnet_rand=True), weights)


def judged_by(model: Any, weights: dict[str, Any]) -> Callable[[Any, Any], float]:
    import torch

    state = model.net.state_dict()
    for number, name in zip(perceptual.LAYERS, LAYERS, strict=True):
        state[f"{name}.weight"] = weights[f"features.{number}.weight"]
        state[f"{name}.bias"] = weights[f"features.{number}.bias"]
    model.net.load_state_dict(state)
    model.eval()

    def judge(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
        with torch.no_grad():
            return float(model(torch.from_numpy(one)[None], torch.from_numpy(other)[None]))

    return judge


if __name__ == "__main__":
    main()
