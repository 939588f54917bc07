"""The Fréchet distance of sets whose distance is known, and what FVD lacks."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.media.models import Model, ModelStore
from clappper.review.plugins import fvd
from clappper.review.plugins.material import Material, clips_in
from tests.unit.review.clips import moving, texture, write_clip

CALLED_AS_I3D_IS = """
def forward(self, x, rescale: bool, resize: bool, return_features: bool):
    assert x.size(1) == 3 and x.size(2) == 16 and x.size(3) == 224 and x.size(4) == 224
    assert return_features and not rescale and not resize
    assert float(x.min()) >= -1.0 and float(x.max()) <= 1.0
    return x.mean(dim=[3, 4]).flatten(1)
"""

pytestmark = pytest.mark.filterwarnings("ignore")


def drawn(mean: list[float], covariance: list[list[float]], seed: int = 0) -> NDArray[np.float64]:
    """Draw numbers and move them so that their mean and covariance are exactly the ones given."""
    raw = np.random.default_rng(seed).normal(size=(40, len(mean)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.atleast_2d(np.cov(raw, rowvar=False)))).T
    return np.asarray(white @ np.linalg.cholesky(np.array(covariance)).T + mean)


def test_gaussians_of_one_axis_are_apart_by_their_means_and_deviations() -> None:
    one, other = drawn([1.0], [[4.0]]), drawn([4.0], [[25.0]], seed=1)
    assert fvd.frechet_distance(one, other) == pytest.approx((1 - 4) ** 2 + (2 - 5) ** 2)


def test_gaussians_that_lean_differently_follow_the_formula() -> None:
    first, second = [[2.0, 1.0], [1.0, 3.0]], [[4.0, -1.0], [-1.0, 1.0]]
    root = np.sqrt(np.linalg.eigvals(np.array(first) @ np.array(second)).real).sum()
    expected = 1 + 4 + np.trace(first) + np.trace(second) - 2 * root
    found = fvd.frechet_distance(drawn([0, 0], first), drawn([1, 2], second, seed=1))
    assert found == pytest.approx(expected)


def test_a_set_is_no_way_from_itself_even_with_fewer_clips_than_features() -> None:
    few = np.random.default_rng(0).normal(size=(5, 400))
    assert fvd.frechet_distance(few, few) == pytest.approx(0, abs=1e-9)
    assert fvd.frechet_distance(few, few + 1) == pytest.approx(400)


def test_one_clip_is_no_set(tmp_path: Path) -> None:
    (found,) = fvd.measure(Material(tmp_path, prompt="a boat"))
    assert found.value is None
    assert "--reference-clips FOLDER" in found.reason


def test_without_the_network_it_says_what_to_bring(tmp_path: Path) -> None:
    pair = (tmp_path / "a.mp4", tmp_path / "b.mp4")
    (found,) = fvd.measure(Material(tmp_path, clips=pair, reference_clips=pair))
    assert found.value is None
    assert "clappper models get i3d-kinetics" in found.reason


def test_a_folder_without_clips_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UnusableInputError, match="holds no clip"):
        clips_in(tmp_path)
    with pytest.raises(UnusableInputError, match="cannot be read"):
        clips_in(tmp_path / "none")
    assert clips_in(None) == ()


def test_clips_are_compared_by_a_program_as_it_is_brought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch: Any = pytest.importorskip("torch", reason="the extra plugins is not installed")
    program = torch.jit.ScriptModule()
    program.define(CALLED_AS_I3D_IS)
    torch.jit.save(program, str(tmp_path / "i3d_torchscript.pt"))
    card = ModelStore.open(tmp_path).card(fvd.MODEL)
    monkeypatch.setattr(fvd, "missing", lambda _: "")
    monkeypatch.setattr(ModelStore, "get", lambda *_: Model(card, tmp_path))
    for name, frames in {"a": moving(16), "b": moving(16, seed=1), "c": [texture(2)] * 16}.items():
        write_clip(tmp_path / f"{name}.mp4", frames)
    a, b, c = clips_in(tmp_path)
    (same,) = fvd.measure(Material(tmp_path, clips=(a, b), reference_clips=(a, b)))
    (apart,) = fvd.measure(Material(tmp_path, clips=(a, b), reference_clips=(b, c)))
    assert same.value == pytest.approx(0, abs=1e-6)
    assert (apart.value or 0) > 1e-4
    assert apart.reason == "2 clips against 2; biased upwards, because there are fewer than 256"
    short = write_clip(tmp_path / "short" / "d.mp4", moving(8))
    (cut,) = fvd.measure(Material(tmp_path, clips=(a, short), reference_clips=(a, b)))
    assert cut.reason == "cannot compute: d.mp4 has fewer than 16 frames."
