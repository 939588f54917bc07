"""The surface a timeline is painted on."""

from __future__ import annotations

from dataclasses import dataclass

ASPECTS: dict[str, tuple[int, int]] = {
    "9:16": (1080, 1920),
    "4:5": (1080, 1350),
    "1:1": (1080, 1080),
    "16:9": (1920, 1080),
}


@dataclass(frozen=True, slots=True)
class Canvas:
    """Size in pixels (both even) and the name of the aspect it stands for."""

    width: int
    height: int
    aspect: str

    @classmethod
    def of(cls, aspect: str, scale: float = 1.0) -> Canvas:
        """Make the delivery canvas of an aspect, or a smaller one of the same shape for preview."""
        width, height = ASPECTS[aspect]
        return cls(round(width * scale / 2) * 2, round(height * scale / 2) * 2, aspect)
