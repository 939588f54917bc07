"""Where a clip comes from: what was asked, of whom, with which seed, and what it cost."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.store import sidecar
from clappper.store.sidecar import Sidecar
from clappper.timeline.model import Clip, Footage
from clappper.ui import controls
from clappper.ui.inspector.hand import Hand
from clappper.ui.inspector.rows import fact, section
from clappper.ui.makers import maker_name
from clappper.ui.tokens import Tokens


class AboutSection(QWidget):
    """Reads the page that lies beside the file."""

    def __init__(self, hand: Hand, tokens: Tokens) -> None:
        super().__init__()
        self._hand, self._tokens = hand, tokens
        self._shown = ""
        self._layout = controls.column(self, gap=0)

    def show_clip(self, clip: Clip, playhead: int) -> None:
        del playhead
        path = clip.content.take.path if isinstance(clip.content, Footage) else ""
        if path and path == self._shown:
            return
        self._shown = path
        controls.clear(self._layout)
        holder, column = section("", self._tokens)
        self._layout.addWidget(holder)
        self._layout.addStretch()
        if not path:
            column.addWidget(controls.label("This clip shows no file: it is drawn.", "secondary", wrap=True))
            return
        column.addLayout(fact("File", path))
        try:
            page = sidecar.read(self._hand.bench.session.project.locate(path))
        except ClappperError as error:
            column.addWidget(controls.label(error.message, "warn", wrap=True))
            return
        self._fill(column, page)

    def _fill(self, column: QVBoxLayout, page: Sidecar) -> None:
        for name, text in facts_of(page):
            column.addLayout(fact(name, text))
        if page.prompt_pack:
            prompt = page.prompt_pack.prompt
            copy = controls.button("Copy prompt", lambda: QGuiApplication.clipboard().setText(prompt), "link")
            column.addWidget(copy)


def facts_of(page: Sidecar) -> list[tuple[str, str]]:
    """Tell what a sidecar knows, in the words of a person."""
    facts = page.media.facts
    told: list[tuple[str, str]] = []
    if facts.get("width"):
        told.append(("Picture", f"{facts['width']} × {facts['height']}, {facts.get('video_codec', '')}"))
    if facts.get("duration_seconds"):
        told.append(("Length", f"{float(facts['duration_seconds']):.2f} s"))
    told.append(("Came in", f"{page.created[:16].replace('T', ' ')} UTC, {page.origin}"))
    if page.provider_pack:
        told.append(("Made by", maker_name(page.provider_pack.provider, page.provider_pack.model)))
        if page.provider_pack.brand_line:
            told.append(("Shown with", page.provider_pack.brand_line))
    if page.seeds:
        told.append(("Seed", ", ".join(str(seed) for seed in page.seeds)))
    if page.cost:
        told.append(("Cost", cost_of(page)))
    if page.seconds_to_make is not None:
        told.append(("Took", f"{page.seconds_to_make:.0f} s"))
    if page.badge:
        told.append(("Marked", page.badge))
    if page.prompt_pack:
        told.append(("Prompt", page.prompt_pack.prompt))
        if page.prompt_pack.negative:
            told.append(("Without", page.prompt_pack.negative))
    return told


def cost_of(page: Sidecar) -> str:
    """Say what a file cost; unknown is not zero."""
    cost = page.cost
    if cost is None:
        return "unknown"
    if cost.actual is not None:
        return str(Money(cost.actual))
    if cost.estimated_high is None:
        return "unknown"
    return f"about {Money(cost.estimated_high)}"
