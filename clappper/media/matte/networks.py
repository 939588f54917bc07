"""Fetched networks for mattes and depth, run by ONNX Runtime: on a graphics card where there is a way to one.

Each takes a picture and gives a ``Cut``. What each network wants (names, sizes, ranges) is from its authors'
published exports: Robust Video Matting v1 (Lin et al., 2021), MODNet (Ke et al., 2022), Depth Anything V2
(Yang et al., 2024).
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.media.colour import rgb_picture
from clappper.media.cuts import CutFinder
from clappper.media.interpolate.onnx import execution_provider
from clappper.media.matte.key import Alpha, Cut
from clappper.media.models import Model
from clappper.media.picture import Plane, Yuv

PROCESSOR = "CPUExecutionProvider"
RVM_SIDE, MODNET_SIDE, DEPTH_SIDE = 512, 512, 518
MODNET_MULTIPLE, DEPTH_MULTIPLE = 32, 14
STATES = 4
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
IMAGENET_SPREAD = np.array([0.229, 0.224, 0.225], np.float32)
NEAR_SHARE, FAR_SHARE = 99.0, 1.0
RANGE_KEPT = 0.9
"""How much of the range of depths before stays from picture to picture, so that a map does not pump."""

Tensor = NDArray[np.float32]


def demand_runtime() -> None:
    """Look whether ONNX Runtime can be loaded.

    Raises:
        UnusableInputError: it is not installed, or not for this machine.
    """
    try:
        importlib.import_module("onnxruntime")
    except (ImportError, OSError) as error:
        raise UnusableInputError(
            "This network needs ONNX Runtime.", 'Install it with: pip install "clappper[onnx]"'
        ) from error


class Session:
    """One network. ``device`` is what it really runs on, which may be the processor."""

    def __init__(self, path: Path) -> None:
        """Load a file.

        Raises:
            UnusableInputError: ONNX Runtime is not installed, or cannot read the file.
        """
        demand_runtime()
        runtime: Any = importlib.import_module("onnxruntime")
        card = execution_provider()
        try:
            self._session = runtime.InferenceSession(
                str(path), providers=[*([card] if card else []), PROCESSOR]
            )
        except Exception as error:  # the runtime's errors share no class of their own
            raise UnusableInputError(f"{path.name} is no network that ONNX Runtime reads: {error}") from error
        self.device = str(self._session.get_providers()[0])
        self.version = str(runtime.__version__)
        self.inputs = [one.name for one in self._session.get_inputs()]
        self.outputs = [one.name for one in self._session.get_outputs()]

    def run(self, fed: dict[str, Tensor]) -> dict[str, Tensor]:
        found = self._session.run(self.outputs, fed)
        return dict(zip(self.outputs, (np.asarray(one, np.float32) for one in found), strict=True))


class _Network:
    """What all of them share: the session, and what a sidecar says."""

    def __init__(self, model: Model) -> None:
        self._session = Session(model.file())
        self.facts = {
            **model.facts,
            "library": f"onnxruntime {self._session.version}",
            "device": self._session.device,
        }


class RvmMatte(_Network):
    """Robust Video Matting: remembers what it saw, and forgets it at a cut. For pictures in their order."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._cuts = CutFinder()
        self._before: Plane | None = None
        self._states = _fresh_states()

    def cut(self, picture: Yuv) -> Cut:
        """Give a picture and what of it belongs to people."""
        if self._before is None or self._is_other(picture.y):
            self._states = _fresh_states()
        self._before = picture.y.copy()
        ratio = np.array([min(1.0, RVM_SIDE / max(picture.width, picture.height))], np.float32)
        fed = {"src": _planes(rgb_picture(picture)), "downsample_ratio": ratio, **self._states}
        found = self._session.run(fed)
        self._states = {f"r{at}i": found[f"r{at}o"] for at in range(1, STATES + 1)}
        return Cut(picture, np.clip(found["pha"][0, 0], 0, 1))

    def _is_other(self, luma: Plane) -> bool:
        before = self._before
        return before is None or before.shape != luma.shape or self._cuts.between(before, luma)


def _fresh_states() -> dict[str, Tensor]:
    return {f"r{at}i": np.zeros((1, 1, 1, 1), np.float32) for at in range(1, STATES + 1)}


class ModnetMatte(_Network):
    """MODNet: soft hair, each picture by itself."""

    def cut(self, picture: Yuv) -> Cut:
        """Give a picture and what of it belongs to people."""
        small = _fitted(rgb_picture(picture), MODNET_SIDE, MODNET_MULTIPLE)
        found = self._session.run({self._session.inputs[0]: _planes(small * 2 - 1)})
        alpha = found[self._session.outputs[0]].reshape(small.shape[:2])
        return Cut(picture, _grown(alpha, picture))


class DepthMap(_Network):
    """Depth Anything: how near things are, 1 the nearest, in a range that changes slowly within a shot."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._cuts = CutFinder()
        self._before: Plane | None = None
        self._range: tuple[float, float] | None = None

    def cut(self, picture: Yuv) -> Cut:
        """Give a picture and, in place of a matte, its depth."""
        small = _fitted(rgb_picture(picture), DEPTH_SIDE, DEPTH_MULTIPLE)
        found = self._session.run(
            {self._session.inputs[0]: _planes((small - IMAGENET_MEAN) / IMAGENET_SPREAD)}
        )
        depth = found[self._session.outputs[0]].reshape(small.shape[:2])
        far, near = self._steady_range(picture.y, depth)
        return Cut(picture, _grown(np.asarray((depth - far) / max(near - far, 1e-6), np.float32), picture))

    def _steady_range(self, luma: Plane, depth: Tensor) -> tuple[float, float]:
        now = float(np.percentile(depth, FAR_SHARE)), float(np.percentile(depth, NEAR_SHARE))
        before, self._before = self._before, luma.copy()
        goes_on = before is not None and before.shape == luma.shape and not self._cuts.between(before, luma)
        if self._range is not None and goes_on:
            now = (
                RANGE_KEPT * self._range[0] + (1 - RANGE_KEPT) * now[0],
                RANGE_KEPT * self._range[1] + (1 - RANGE_KEPT) * now[1],
            )
        self._range = now
        return now


def _planes(rgb: Tensor) -> Tensor:
    """Give a picture as (1, 3, height, width)."""
    return np.ascontiguousarray(np.moveaxis(rgb, 2, 0), np.float32)[None]


def _fitted(rgb: Tensor, side: int, multiple: int) -> Tensor:
    """Give a picture with a shorter side of about ``side``, both sides multiples of ``multiple``."""
    rows, columns = rgb.shape[:2]
    scale = side / min(rows, columns)
    size = [max(multiple, round(length * scale / multiple) * multiple) for length in (columns, rows)]
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)


def _grown(alpha: Tensor, picture: Yuv) -> Alpha:
    size = picture.width, picture.height
    return np.clip(np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_LINEAR), np.float32), 0, 1)
