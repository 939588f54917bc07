"""LPIPS: its distance on features that are known, and what it says without its network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clappper.base.paths import resource
from clappper.media.models import ModelStore
from clappper.review.scorers import perceptual
from clappper.review.scorers.sample import Sample, take_sample
from tests.unit.review.clips import moving, texture, write_clip

CHANNELS = (64, 192, 384, 256, 256)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("clip")
    return take_sample(write_clip(folder / "a.mp4", moving(3)), folder / "models")


def test_alike_is_zero_and_unlike_is_what_the_weights_say() -> None:
    same = tuple(np.ones((2, 3, 3, channels), np.float32) for channels in CHANNELS)
    assert perceptual.distances(same) == pytest.approx([0])
    turned = tuple(layer.copy() for layer in same)
    turned[0][:] = 0
    turned[0][0, ..., 0], turned[0][1, ..., 1] = 5, 7
    with np.load(resource("predictor", "lpips-alex.npz"), allow_pickle=False) as weights:
        expected = weights["layer0"][0] + weights["layer0"][1]
    assert perceptual.distances(turned) == pytest.approx([expected])


def test_pictures_are_prepared_as_published() -> None:
    grey = np.full((90, 160, 3), 255, np.uint8)
    found = perceptual.prepared((grey, grey))
    assert found.shape == (2, 3, 90, 160)
    assert found[0, :, 0, 0] == pytest.approx([1.030 / 0.458, 1.088 / 0.448, 1.188 / 0.450], rel=1e-5)


def test_neighbours_are_compared(sample: Sample) -> None:
    def network(pictures: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> perceptual.Features:
        level = np.arange(len(pictures), dtype=np.float32).reshape(-1, 1, 1, 1)
        return tuple(np.concatenate([level, 1 - 0 * level.repeat(c - 1, 3)], 3) for c in CHANNELS)

    (score,) = perceptual.measure(sample, "", network)
    assert (score.value or 0) > 0
    (alone,) = perceptual.measure(replace(sample, keys=(texture(),)), "", network)
    assert "single frame" in alone.reason


def test_without_its_network_it_says_how_to_get_it(sample: Sample) -> None:
    (score,) = perceptual.measure(sample, "")
    assert score.value is None
    assert "clappper models get alexnet" in score.reason
    card = ModelStore.open(Path("none")).card(perceptual.MODEL)
    assert card.files[0].checksum.startswith("sha256:")
