"""The welcome page: describe an ad, start from a template, or open one; nothing is asked before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from clappper import __version__
from clappper.app import Studio
from clappper.base.paths import resource
from clappper.brief.schema import AdBrief
from clappper.brief.templates import TEMPLATES
from clappper.flow.doctor import Checkup
from clappper.flow.project.recents import Recent
from clappper.ui import controls, errors, icons
from clappper.ui.bridge import run
from clappper.ui.tokens import Tokens
from clappper.ui.welcome.cards import PICTURE_HEIGHT, Card, rounded_top

WIDTH = 868
SHOWN = 7
LOOK_AFTER_MS = 1500
MOST_UNLOCKS = 5
TILE_WIDTH = 194
EXAMPLE = "A 15 second TikTok ad for an amber stoneware mug, warm morning light, $24"


def unlocks(checkups: Sequence[Checkup]) -> list[tuple[str, str]]:
    """Name what would give more, and what; ways to the same thing stand in one line."""
    missing = [one for one in checkups if not one.ready]
    ways: dict[str, list[str]] = {}
    if any("NVIDIA" in one.how_to_get for one in missing):
        ways["clips generated on this machine, faster exports"] = ["NVIDIA graphics card"]
    for one in missing:
        if "NVIDIA" not in one.how_to_get:
            ways.setdefault(one.gives, []).append(one.name)
    return [(_any_of(names), gives) for gives, names in ways.items()]


def _any_of(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


class Welcome(QScrollArea):
    """What shows without a project. ``start`` shows a new session, ``open_folder`` an old project."""

    def __init__(
        self,
        studio: Studio,
        tokens: Tokens,
        do: Callable[[str], None],
        open_folder: Callable[[Path], Coroutine[Any, Any, None]],
        start: Callable[[AdBrief], Coroutine[Any, Any, None]],
    ) -> None:
        super().__init__()
        self._studio, self._tokens, self._do = studio, tokens, do
        self._open_folder, self._start = open_folder, start
        self.wish = QLineEdit()
        self._recents = controls.column(gap=tokens.gap)
        self._unlocks = controls.column(gap=6)
        self._build()
        self.refresh()
        QTimer.singleShot(LOOK_AFTER_MS, self, lambda: run(self, self._look_around()))

    def showEvent(self, event: QShowEvent) -> None:
        """Let typing begin at once."""
        super().showEvent(event)
        self.new_ad()

    def new_ad(self) -> None:
        """Point to where an ad begins."""
        self.wish.setFocus()

    def refresh(self) -> None:
        """Read the list of recent projects anew."""
        controls.clear(self._recents)
        cards = [self._sample(), *map(self._card, self._studio.recents()[:SHOWN])]
        head = controls.line()
        head.addWidget(controls.label("Open", "title"), 1)
        head.addWidget(controls.button("Open a folder…", lambda: self._do("open_project"), "link"))
        self._recents.addLayout(head)
        for start in range(0, len(cards), 4):
            row = controls.line(gap=self._tokens.pad)
            for card in cards[start : start + 4]:
                row.addWidget(card)
            row.addStretch()
            self._recents.addLayout(row)

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setAccessibleName("Welcome")
        page = controls.panel("window")
        middle = QWidget()
        middle.setMaximumWidth(WIDTH)
        layout = controls.column(middle, gap=self._tokens.group)
        layout.setContentsMargins(24, 36, 24, 24)
        self._add_wish(layout)
        layout.addSpacing(self._tokens.gap)
        layout.addWidget(controls.label("Start from a template", "title"))
        layout.addLayout(self._templates())
        layout.addSpacing(self._tokens.gap)
        layout.addLayout(self._recents)
        layout.addSpacing(self._tokens.gap)
        layout.addLayout(self._unlocks)
        layout.addStretch()
        outer = QHBoxLayout(page)
        outer.addStretch()
        outer.addWidget(middle, 1)
        outer.addStretch()
        self.setWidget(page)

    def _add_wish(self, layout: QVBoxLayout) -> None:
        layout.addWidget(controls.label("What should the ad sell?", "display"))
        row = controls.line()
        self.wish.setPlaceholderText(EXAMPLE)
        self.wish.setAccessibleName("Describe your ad")
        self.wish.returnPressed.connect(self._from_wish)
        row.addWidget(self.wish, 1)
        write = controls.button("Write the brief", self._from_wish, "primary")
        for part in (self.wish, write):
            part.setProperty("large", "yes")
        row.addWidget(write)
        layout.addLayout(row)

    def _templates(self) -> QHBoxLayout:
        row = controls.line(gap=self._tokens.pad)
        for name, purpose in TEMPLATES.items():
            row.addWidget(self._tile(name, purpose))
        row.addStretch()
        return row

    def _tile(self, name: str, purpose: str) -> QPushButton:
        title = name.replace("-", " ").capitalize()
        tile = controls.button("", lambda: self._from_template(name), "tile", tip=purpose)
        tile.setAccessibleName(f"Start from {title}")
        tile.setAccessibleDescription(purpose)
        tile.setCursor(Qt.CursorShape.PointingHandCursor)
        picture = controls.label("")
        moments = QPixmap(str(resource("templates", f"{name}.jpg")))
        picture.setPixmap(rounded_top(moments, TILE_WIDTH, PICTURE_HEIGHT, self.devicePixelRatioF()))
        kind, _, text = purpose.partition(": ")
        layout = controls.column(tile, gap=0)
        layout.setContentsMargins(1, 1, 1, self._tokens.pad)
        layout.addWidget(picture)
        words = controls.column(gap=2)
        words.setContentsMargins(self._tokens.pad, self._tokens.gap, self._tokens.pad, 0)
        words.addWidget(controls.label(title, "title"))
        words.addWidget(controls.label(f"{kind}. {text.capitalize()}", "secondary", wrap=True))
        layout.addLayout(words)
        layout.addStretch()
        for part in tile.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        tile.setFixedSize(TILE_WIDTH + 2, PICTURE_HEIGHT + 78)
        return tile

    def _sample(self) -> Card:
        picture = QPixmap(str(resource("sample.jpg")))
        detail = "A finished ad to look around in"
        return Card(self._tokens, "Sample project", detail, lambda: self._do("open_sample"), picture=picture)

    def _card(self, recent: Recent) -> Card:
        detail = recent.opened[:10] if recent.is_there else "Not there any more"
        picture = QPixmap(recent.picture) if recent.picture else None
        card = Card(self._tokens, recent.name, detail, lambda: self._open(recent), picture=picture)
        card.setToolTip(recent.path)
        return card

    def _open(self, recent: Recent) -> None:
        if recent.is_there:
            run(self, self._open_folder(Path(recent.path)))
            return
        offer = errors.Offer("Take it off the list", lambda: self._forget(recent))
        errors.tell(self, f"{recent.name} is not in {recent.path} any more.", kind="warn", offer=offer)

    def _forget(self, recent: Recent) -> None:
        self._studio.forget_recent(recent.path)
        self.refresh()

    def _from_wish(self) -> None:
        sentence = self.wish.text().strip()
        if not sentence:
            self.wish.setFocus()
            return
        run(self, self._written(sentence))

    async def _written(self, sentence: str) -> None:
        await self._start(self._studio.brief_from_text(sentence).brief)

    def _from_template(self, name: str) -> None:
        run(self, self._start(self._studio.brief_from_template(name)))

    async def _look_around(self) -> None:
        """Say what more this machine and keys would give; nothing of it is needed."""
        keys = await asyncio.to_thread(self._studio.keys)
        checkups = await asyncio.to_thread(self._studio.doctor)
        missing = [(name, gives, "show_doctor", "How") for name, gives in unlocks(checkups)]
        if not any(line.source for line in keys):
            names = "A key of Replicate, Runway, Luma or fal"
            missing.insert(0, (names, "footage generated from words", "edit_keys", "Set a key"))
        if not missing:
            return
        self._unlocks.addWidget(controls.label("Optional extras", "title"))
        for name, gives, action, verb in missing[:MOST_UNLOCKS]:
            row = controls.line()
            sign = controls.label("")
            sign.setPixmap(
                icons.pixmap("circle-dashed", self._tokens.secondary, 16, self.devicePixelRatioF())
            )
            row.addWidget(sign)
            row.addWidget(controls.label(name))
            row.addWidget(controls.label(gives, "secondary"))
            link = controls.button(verb, lambda action=action: self._do(action), "link")  # type: ignore[misc]
            link.setAccessibleName(f"{verb}: {name}")
            row.addWidget(link)
            row.addStretch()
            self._unlocks.addLayout(row)

    def about(self) -> None:
        errors.tell(
            self,
            f"Clappper {__version__}",
            "GPL-3.0-or-later. Nothing leaves this machine unasked.",
            kind="info",
        )
