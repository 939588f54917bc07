"""What panels are made from: the open project, and the few things of the window that they may ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from PySide6.QtWidgets import QWidget

from clappper.app import Studio
from clappper.flow.project.session import Session
from clappper.ui.actions import Scope
from clappper.ui.draft import BriefDraft
from clappper.ui.editing import EditState
from clappper.ui.outputs import Outputs
from clappper.ui.tokens import Tokens

if TYPE_CHECKING:
    from clappper.flow.generating.generate_ad import AdMaker
    from clappper.flow.judging import Judge
    from clappper.ui.reviewing.state import ReviewState

StatusSlot = Literal["playback", "proxies", "machine", "saved"]


@dataclass(frozen=True)
class Bench:
    """One open project's surroundings; every panel of its workspaces is made from it.

    ``draft`` is the brief while it is written, ``judge`` its preflight, ``maker`` generates it. ``do`` starts
    an action by its id. ``check`` shows a checkable action as on or off. ``status`` sets one place of the
    status line. ``edit`` is what the editor has in hand, ``outputs`` what is to be delivered;
    all panels share them.
    """

    studio: Studio
    session: Session
    tokens: Tokens
    draft: BriefDraft
    judge: Judge
    maker: AdMaker
    do: Callable[[str], None]
    check: Callable[[str, bool], None]
    status: Callable[[StatusSlot, str], None]
    edit: EditState = field(default_factory=EditState)
    outputs: Outputs = field(default_factory=Outputs)

    @cached_property
    def review(self) -> ReviewState:
        """What the reviewer has in hand; made when the first panel asks for it."""
        from clappper.flow.learning.chances import Chances
        from clappper.flow.reviewing.review_desk import ReviewDesk
        from clappper.ui.reviewing.reviewer import reviewer_of
        from clappper.ui.reviewing.state import ReviewState

        paths = self.studio.paths
        chances = Chances(self.session.predictor, paths.models)
        return ReviewState(ReviewDesk(self.session, reviewer_of(paths.config)), chances)


Maker = Callable[[Bench], QWidget]
"""Builds a panel's widget."""


@dataclass(frozen=True)
class Panel:
    """A row of a workspace. ``scope`` is whose keys work while the panel has the focus.

    ``load`` brings in what makes the widget, which takes its time the first time: a thread does it. A widget
    with a method ``verbs()`` offers handlers by action id; each may return a coroutine. ``wide`` ones open at
    the bottom.
    """

    id: str
    title: str
    load: Callable[[], Maker]
    scope: Scope | None = None
    hidden: bool = False
    wide: bool = True
    floats: bool = False


@dataclass(frozen=True)
class Workspace:
    """One of the four arrangements. The panels of a side are tabs, the first one in front.

    With ``right_heights`` those on the right stand one under the other, all seen, in this proportion.
    """

    id: str
    title: str
    icon: str
    centre: Panel
    left: tuple[Panel, ...] = ()
    right: tuple[Panel, ...] = ()
    bottom: tuple[Panel, ...] = ()
    left_width: int = 320
    right_width: int = 320
    bottom_height: int = 220
    right_heights: tuple[int, ...] = ()
