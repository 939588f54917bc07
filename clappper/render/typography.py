"""Typography: how each kind of title is set. Sizes are pixels on a canvas whose short side is 1080."""

from __future__ import annotations

from dataclasses import dataclass

from clappper.render.shaping import Style
from clappper.timeline.model import TitleRole


@dataclass(frozen=True, slots=True)
class RoleStyle:
    """``space`` is the distance to the title above; ``opacity`` steps back what is not said first."""

    max_size: float
    min_size: float
    max_lines: int
    weight: int
    tracking: float = 0.0
    leading: float = 1.2
    display: bool = False
    features: tuple[str, ...] = ()
    opacity: float = 1.0
    space: float = 28.0

    def style(self, unit: float) -> Style:
        size = self.max_size * unit
        return Style(size, self.weight, self.tracking, self.leading, self.display, self.features)


ROLES: dict[TitleRole, RoleStyle] = {
    TitleRole.PRODUCT: RoleStyle(42, 28, 2, 600, 0.005, 1.2, space=26),
    TitleRole.HEADLINE: RoleStyle(128, 52, 3, 700, -0.022, 1.02, display=True, space=24),
    TitleRole.TEXT: RoleStyle(94, 40, 3, 650, -0.018, 1.06, display=True, space=24),
    TitleRole.SUBHEAD: RoleStyle(46, 30, 3, 420, -0.004, 1.3, opacity=0.95, space=30),
    TitleRole.PRICE: RoleStyle(104, 52, 1, 650, -0.02, 1.1, display=True, features=("tnum",), space=50),
    TitleRole.BUTTON: RoleStyle(44, 28, 1, 700, 0.002, 1.2, space=50),
    TitleRole.URL: RoleStyle(32, 24, 1, 500, 0.01, 1.2, opacity=0.95, space=36),
    TitleRole.LEGAL: RoleStyle(24, 22, 4, 450, 0.005, 1.3, opacity=0.88, space=24),
    TitleRole.CAPTION: RoleStyle(46, 32, 3, 600, 0.0, 1.26, space=20),
    TitleRole.DISCLOSURE: RoleStyle(24, 22, 2, 500, 0.01, 1.25, space=16),
}

READING_ORDER = (
    TitleRole.LOGO,
    TitleRole.PRODUCT,
    TitleRole.HEADLINE,
    TitleRole.TEXT,
    TitleRole.SUBHEAD,
    TitleRole.PRICE,
    TitleRole.BUTTON,
    TitleRole.URL,
    TitleRole.DISCLOSURE,
    TitleRole.CAPTION,
    TitleRole.LEGAL,
)
