"""Which interpolators work on this machine, why the others do not, and the one to use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clappper.base.errors import UnusableInputError
from clappper.media.interpolate.dis import DisInterpolator
from clappper.media.interpolate.onnx import execution_provider, on_card
from clappper.media.interpolate.rife import RifeInterpolator
from clappper.media.interpolate.vulkan import VulkanInterpolator, graphics_card
from clappper.media.interpolate.warp import Interpolator
from clappper.media.models import ModelStore

HD, V4 = "rife-hdv3", "rife-v4.26"


class Backend(StrEnum):
    """Who finds the motion between two pictures."""

    AUTO = "auto"
    VULKAN = "rife-vulkan"
    ONNX = "rife-onnx"
    RIFE = "rife"
    BEST = "rife-best"
    DIS = "dis"


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a back-end works here. ``note`` is what it runs on, or one sentence on what is missing."""

    backend: Backend
    works: bool
    note: str


def examine(models: ModelStore) -> tuple[Availability, ...]:
    """Look at every back-end, the one that ``AUTO`` prefers first."""
    return (_vulkan(models), _onnx(models), _flow(), *_rife(models))


def choose(models: ModelStore, wanted: Backend = Backend.AUTO) -> Interpolator:
    """Open the back-end ``wanted``; ``AUTO`` takes RIFE on a real graphics card, else optical flow.

    Raises:
        UnusableInputError: it does not work here.
    """
    for found in examine(models):
        if wanted is Backend.AUTO and found.works:
            return _opened(found.backend, models)
        if wanted is found.backend:
            if not found.works:
                raise UnusableInputError(
                    f"The interpolator {wanted} does not work here: {found.note}", "Use dis, or auto."
                )
            return _opened(wanted, models)
    raise AssertionError("optical flow works everywhere")


def _opened(backend: Backend, models: ModelStore) -> Interpolator:
    if backend is Backend.VULKAN:
        card = graphics_card()
        assert card is not None
        return VulkanInterpolator(models.get(V4), card)
    if backend is Backend.ONNX:
        return on_card(models.get(HD), execution_provider() or "", DisInterpolator())
    if backend in {Backend.RIFE, Backend.BEST}:
        twice = backend is Backend.BEST
        return RifeInterpolator.on_processor(models.get(HD), DisInterpolator(), twice=twice)
    return DisInterpolator()


def _vulkan(models: ModelStore) -> Availability:
    card = graphics_card()
    if card is None:
        note = f"it needs a graphics card with Vulkan and: {models.card(V4).needs}"
        return Availability(Backend.VULKAN, works=False, note=note)
    if not models.has(V4):
        return Availability(Backend.VULKAN, works=False, note=f"get its model: clappper models get {V4}")
    return Availability(Backend.VULKAN, works=True, note=card[1])


def _onnx(models: ModelStore) -> Availability:
    provider = execution_provider()
    if provider is None:
        note = "it needs ONNX Runtime with CUDA or DirectML: pip install onnxruntime-gpu"
        return Availability(Backend.ONNX, works=False, note=note)
    return Availability(Backend.ONNX, works=models.has(HD), note=provider)


def _rife(models: ModelStore) -> tuple[Availability, Availability]:
    works = models.has(HD)
    broken = "its built-in model is damaged; reinstall the program"
    return (
        Availability(Backend.RIFE, works, "the processor, slowly" if works else broken),
        Availability(Backend.BEST, works, "the processor, at half that speed" if works else broken),
    )


def _flow() -> Availability:
    return Availability(Backend.DIS, works=True, note="the processor")
