"""RIFE's networks on a graphics card through ONNX Runtime: CUDA, or DirectML on Windows."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.interpolate.rife import RifeInterpolator
from clappper.media.interpolate.warp import Interpolator
from clappper.media.models import Model

CARDS = ("CUDAExecutionProvider", "DmlExecutionProvider")


def execution_provider() -> str | None:
    """Name the first way to a graphics card that the installed ONNX Runtime has; None without one."""
    try:
        runtime: Any = importlib.import_module("onnxruntime")
    except (ImportError, OSError):
        return None
    return next((name for name in CARDS if name in runtime.get_available_providers()), None)


class OnnxNetwork:
    """Runs one file with ONNX Runtime; ``used`` is where it really runs, which may be the processor."""

    def __init__(self, path: Path, provider: str) -> None:
        runtime: Any = importlib.import_module("onnxruntime")
        self._session = runtime.InferenceSession(str(path), providers=[provider, "CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self.used = str(self._session.get_providers()[0])
        self.version = str(runtime.__version__)

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._session.run(None, {self._input: batch})[0], np.float32)


def on_card(model: Model, provider: str, other_moments: Interpolator) -> RifeInterpolator:
    """Open RIFE HDv3 for ``provider``."""
    networks = [OnnxNetwork(model.file(file.name), provider) for file in model.card.files]
    first, second, third = networks
    facts = {
        "interpolator": "rife-onnx",
        "library": f"onnxruntime {first.version}, opencv {cv2.__version__}",
        "device": first.used,
        **model.facts,
    }
    return RifeInterpolator((first, second, third), facts, other_moments)
