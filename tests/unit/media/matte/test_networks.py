"""The fetched networks, by tiny ones of the same inputs and outputs, run by the real ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from clappper.base.errors import UnusableInputError
from clappper.media.matte.networks import DepthMap, ModnetMatte, RvmMatte
from clappper.media.models import Model, ModelCard, ModelFile, digest
from clappper.media.picture import Yuv

FLOAT = TensorProto.FLOAT


def saved(
    folder: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: dict[str, Sequence[int | str]],
    outputs: Sequence[str],
    constants: Mapping[str, object] | None = None,
) -> Model:
    """Write a network, and give it as a model that was fetched and checked."""
    path = folder / "model.onnx"
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, FLOAT, None) for name in outputs],
        [onnx.numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(network, path)
    file = ModelFile(path.name, digest(path, "sha256"))
    return Model(ModelCard("tiny", "Tiny", "tests", "MIT", "here", (file,)), folder)


@pytest.fixture
def rvm(tmp_path: Path) -> RvmMatte:
    """Half of what is bright now, and half of how bright the picture before was on the whole."""
    nodes = [
        helper.make_node("ReduceMean", ["src", "channels"], ["bright"], keepdims=1),
        helper.make_node("ReduceMean", ["src", "all"], ["r1o"], keepdims=1),
        helper.make_node("Add", ["bright", "r1i"], ["both"]),
        helper.make_node("Mul", ["both", "half"], ["pha"]),
        helper.make_node("Mul", ["src", "downsample_ratio"], ["fgr"]),
        *(helper.make_node("Identity", [f"r{at}i"], [f"r{at}o"]) for at in (2, 3, 4)),
    ]
    states: dict[str, Sequence[int | str]] = {f"r{at}i": (1, "c", "y", "x") for at in range(1, 5)}
    constants = {"channels": np.array([1]), "all": np.array([1, 2, 3]), "half": np.float32(0.5)}
    inputs = {"src": (1, 3, "h", "w"), **states, "downsample_ratio": (1,)}
    outputs = ("fgr", "pha", *(f"r{at}o" for at in range(1, 5)))
    return RvmMatte(saved(tmp_path, nodes, inputs, outputs, constants))


def mean_network(folder: Path, given: str, found: str, kept: int) -> Model:
    nodes = [helper.make_node("ReduceMean", [given, "channels"], [found], keepdims=kept)]
    return saved(folder, nodes, {given: (1, 3, "h", "w")}, (found,), {"channels": np.array([1])})


def grey(level: int, bright: int = 0) -> Yuv:
    picture = Yuv.blank(96, 64, luma=level)
    picture.y[:, :48] = level + bright
    return picture


def noise(seed: int) -> Yuv:
    picture = Yuv.blank(96, 64)
    picture.y[:] = np.random.default_rng(seed).integers(20, 230, picture.y.shape)
    return picture


def test_rvm_remembers_within_a_shot_and_forgets_at_a_cut(rvm: RvmMatte) -> None:
    shot, other = noise(5), noise(1)
    for picture in (shot, other):
        first, second = (float(rvm.cut(picture).alpha.mean()) for _ in range(2))
        assert first == pytest.approx(float(picture.y.mean() - 16) / 219 / 2, abs=0.03)
        assert second == pytest.approx(2 * first, abs=0.03)
    assert rvm.facts["device"] == "CPUExecutionProvider"
    assert "onnxruntime" in rvm.facts["library"]


def test_modnet_sees_what_its_authors_feed_it_and_answers_at_full_size(tmp_path: Path) -> None:
    modnet = ModnetMatte(mean_network(tmp_path, "input", "output", kept=1))
    alpha = modnet.cut(grey(126, bright=100)).alpha
    assert alpha.shape == (64, 96)
    assert float(alpha[30, 10]) == pytest.approx(2 * 210 / 219 - 1, abs=0.03)
    assert float(alpha[30, 90]) == pytest.approx(2 * 110 / 219 - 1, abs=0.03)


def test_depth_is_one_near_and_its_range_does_not_pump(tmp_path: Path) -> None:
    depth = DepthMap(mean_network(tmp_path, "pixel_values", "predicted_depth", kept=0))
    near = depth.cut(grey(60, bright=120)).alpha
    assert float(near[30, 10]) == pytest.approx(1, abs=0.02)
    assert float(near[30, 90]) == pytest.approx(0, abs=0.02)
    later = depth.cut(grey(60, bright=100)).alpha
    assert 0.8 < float(later[30, 10]) < 0.9
    noisy = noise(2)
    depth.cut(noisy)
    assert float(depth.cut(noisy).alpha.max()) == pytest.approx(1)


def test_a_file_that_is_no_network_is_said(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no network")
    file = ModelFile("model.onnx", "sha256:0")
    with pytest.raises(UnusableInputError, match="no network"):
        DepthMap(Model(ModelCard("tiny", "Tiny", "tests", "MIT", "here", (file,)), tmp_path))
