"""How well pictures fit the prompt, and how they please: CLIPScore and LAION's aesthetic head.

CLIPScore is 2.5 max(cos, 0) of the picture's and the prompt's embedding (Hessel et al., 2021). The aesthetic
head is an affine map of the normalised picture embedding of the same network (LAION-AI/aesthetic-predictor).
Both need the extra ``ml`` and CLIP's weights.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clappper.base.paths import resource
from clappper.media.models import ModelStore
from clappper.review.scorers.sample import Rgb, Sample
from clappper.review.scorers.score import Metric, Score, impossible, scores

VERSION = "2"
METRICS = (
    Metric("clipscore_mean", "CLIPScore", 1),
    Metric("clipscore_min", "Lowest CLIPScore", 1),
    Metric("clipscore_std", "Spread of CLIPScore", -1),
    Metric("aesthetic_mean", "Aesthetic", 1),
    Metric("aesthetic_std", "Spread of aesthetic", -1),
)
ARCHITECTURE, MODEL = "ViT-B-32-quickgelu", "clip-vit-b-32"
SCALE = 2.5
NEEDED = ("open_clip", "torch")
HOW = 'install the extra with pip install "clappper[ml]", then run: clappper models get clip-vit-b-32'

Vectors = NDArray[np.float32]


class Network(Protocol):
    """CLIP: unit vectors of pictures and of a text, in one space."""

    def pictures(self, pictures: tuple[Rgb, ...], /) -> Vectors: ...

    def text(self, text: str, /) -> Vectors: ...


def measure(sample: Sample, prompt: str, network: Network | None = None) -> tuple[Score, ...]:
    """Score up to eight pictures; without a prompt only how they please."""
    if network is None:
        if lacking := missing(sample.models):
            return impossible(METRICS, lacking)
        network = network_of(sample.models)
    vectors = network.pictures(sample.keys)
    beauty = aesthetic(vectors)
    pleased = scores(aesthetic_mean=float(beauty.mean()), aesthetic_std=float(beauty.std()))
    if not prompt.strip():
        return (*impossible(METRICS[:3], "there is no prompt to compare with."), *pleased)
    fit = SCALE * np.maximum(vectors @ network.text(prompt), 0)
    fitting = scores(
        clipscore_mean=float(fit.mean()), clipscore_min=float(fit.min()), clipscore_std=float(fit.std())
    )
    return (*fitting, *pleased)


def missing(models: Path) -> str:
    """Say what has to be installed or fetched; nothing where all is here."""
    packages = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if packages:
        return f"{' and '.join(packages)} must be installed; {HOW}."
    return "" if ModelStore.open(models).has(MODEL) else f"CLIP's weights are not on this machine; {HOW}."


def aesthetic(vectors: Vectors) -> Vectors:
    """Rate pictures from about 0 to 10 by their unit vectors, shape (n, 512)."""
    with np.load(resource("predictor", "aesthetic-b32.npz"), allow_pickle=False) as head:
        return np.asarray(vectors @ head["weight"] + head["bias"], np.float32)


def network_of(models: Path) -> Network:
    """Load CLIP, of which nothing is ``missing``."""
    return _loaded(ModelStore.open(models).get(MODEL).file())


@lru_cache(maxsize=1)
def _loaded(weights: Path) -> Network:
    return OpenClip(ARCHITECTURE, weights)


class OpenClip:
    """CLIP through open_clip, on the graphics card where there is one."""

    def __init__(self, architecture: str, weights: Path | None) -> None:
        import open_clip  # type: ignore[import-not-found, unused-ignore]
        import torch  # type: ignore[import-not-found, unused-ignore]

        self._torch: Any = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        model, _, self._prepare = open_clip.create_model_and_transforms(
            architecture, pretrained=None, device=self._device
        )
        if weights is not None:
            self._fill(model, weights)
        self._model: Any = model.eval()
        self._tokens: Any = open_clip.get_tokenizer(architecture)

    def pictures(self, pictures: tuple[Rgb, ...]) -> Vectors:
        from PIL import Image

        batch = self._torch.stack([self._prepare(Image.fromarray(picture)) for picture in pictures])
        with self._torch.no_grad():
            return self._unit(self._model.encode_image(batch.to(self._device)))

    def text(self, text: str) -> Vectors:
        with self._torch.no_grad():
            (vector,) = self._unit(self._model.encode_text(self._tokens([text]).to(self._device)))
        return np.asarray(vector, np.float32)

    def _fill(self, model: Any, weights: Path) -> None:
        """Take the weights out of OpenAI's archive, a TorchScript program; it is not run."""
        archive = self._torch.jit.load(str(weights), map_location="cpu").state_dict()
        model.load_state_dict({name: archive[name].float() for name in model.state_dict() if name in archive})

    def _unit(self, vectors: Any) -> Vectors:
        found = np.asarray(vectors.float().cpu().numpy(), np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=-1, keepdims=True), np.float32)
