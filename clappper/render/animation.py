"""Title animation: where a title stands on its way in and out.

A title is drawn once and then only moved, faded, uncovered or scaled, so that animating it costs as little as
showing it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from clappper.base.errors import UnusableInputError

ENTER_SECONDS = 0.42
LEAVE_SECONDS = 0.27
STAGGER_SECONDS = 0.07


class Entrance(StrEnum):
    """What a title does on its way in, and, played backwards, on its way out."""

    CUT = "cut"
    FADE = "fade"
    RISE = "rise"
    SLIDE = "slide"
    POP = "pop"
    WIPE = "wipe"
    REVEAL = "reveal"


@dataclass(frozen=True, slots=True)
class Pose:
    """How a drawn title is shown. ``dx`` and ``dy`` are ems, x towards the reading direction's end.

    ``risen`` is the part of its height that has come up from behind its own baseline, ``wiped`` the part of
    its width that is uncovered from its start; 1 shows all.
    """

    dx: float = 0.0
    dy: float = 0.0
    opacity: float = 1.0
    scale: float = 1.0
    risen: float = 1.0
    wiped: float = 1.0


SETTLED = Pose()


def entrance(name: str) -> Entrance:
    """Read an animation's name; empty and ``none`` are a cut.

    Raises:
        UnusableInputError: there is no animation of that name.
    """
    if name in ("", "none"):
        return Entrance.CUT
    try:
        return Entrance(name)
    except ValueError as error:
        known = ", ".join(Entrance)
        raise UnusableInputError(
            f"There is no title animation {name!r}.", f"Choose one of: {known}."
        ) from error


def pose(kind: Entrance, progress: float) -> Pose:
    """Give the pose at ``progress``, 0 (absent) to 1 (settled)."""
    if progress >= 1.0 or kind is Entrance.CUT:
        return SETTLED
    if progress <= 0.0:
        return Pose(opacity=0.0)
    return POSES[kind](progress)


def _overshooting(progress: float) -> float:
    """Grow from 86 % to a little above full size and settle: the usual "back" ease with 1.3 of pull."""
    rest = progress - 1.0
    return 0.86 + 0.14 * (1.0 + 2.3 * rest**3 + 1.3 * rest**2)


def _eased(progress: float) -> float:
    """Start fast and settle softly."""
    return 1.0 - (1.0 - progress) ** 4


POSES: dict[Entrance, Callable[[float], Pose]] = {
    Entrance.FADE: lambda p: Pose(opacity=p * p * (3.0 - 2.0 * p)),
    Entrance.RISE: lambda p: Pose(dy=0.6 * (1.0 - _eased(p)), opacity=min(1.0, p * 1.6)),
    Entrance.SLIDE: lambda p: Pose(dx=-1.2 * (1.0 - _eased(p)), opacity=min(1.0, p * 1.6)),
    Entrance.POP: lambda p: Pose(scale=_overshooting(p), opacity=min(1.0, p * 2.5)),
    Entrance.WIPE: lambda p: Pose(wiped=_eased(p)),
    Entrance.REVEAL: lambda p: Pose(risen=_eased(p)),
}
