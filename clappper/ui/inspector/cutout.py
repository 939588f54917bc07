"""The rows that cut a shot's subject out: by the screen's colour, as a person, by a matte or depth file.

People are told by the built-in network as the picture is drawn, or by a fetched one that makes a matte first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QColorDialog, QHBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.brief_files import bring_one
from clappper.flow.generating.offers import Offer
from clappper.flow.generating.person_matte import cut_out_person, network_of
from clappper.flow.models import list_models
from clappper.media.matte.film import By
from clappper.media.matte.networks import demand_runtime
from clappper.media.models import ModelCard, ModelState
from clappper.timeline.attributes import set_cutout
from clappper.timeline.model import Clip, Cutout, CutoutKind, Timeline
from clappper.timeline.queries import clip_of
from clappper.ui import controls, dialogs
from clappper.ui.bridge import run
from clappper.ui.inspector.hand import Hand
from clappper.ui.inspector.match import shots
from clappper.ui.inspector.rows import choice, named, number, section
from clappper.ui.inspector.scrub import Measure, ScrubField
from clappper.ui.offering import ask_and_accept
from clappper.ui.tokens import Tokens

WHOLE = "Nothing"
KINDS = {
    WHOLE: None,
    "Screen colour": CutoutKind.KEY,
    "Person": CutoutKind.PERSON,
    "Matte or depth file…": CutoutKind.MATTE,
}
NETWORKS = {
    "Built in, at once": By.SELFIE,
    "MODNet: soft hair": By.MODNET,
    "Robust Video Matting: steady hair": By.RVM,
}
MATTES = "Clips and pictures (*.mp4 *.mov *.mkv *.webm *.png *.jpg *.jpeg)"
FOUND = "Found by itself"
GREEN = "#00B140"
"""Where the colour dialog starts when the screen's colour is found: a common screen paint."""

_PART = Measure(0, 1, 0.005, 0, " %", 100)


@dataclass(frozen=True, slots=True)
class _Row:
    """A number of the cut-out; ``only`` is the one kind it means something for."""

    key: str
    name: str
    measure: Measure
    tip: str
    only: CutoutKind | None = None


_ROWS = (
    _Row(
        "despill",
        "Despill",
        replace(_PART, neutral=1),
        "Take the screen's colour off the edges.",
        CutoutKind.KEY,
    ),
    _Row(
        "level", "Level", _PART, "0 reads a matte; above it, all that is brighter is kept.", CutoutKind.MATTE
    ),
    _Row(
        "shrink",
        "Shrink edge",
        Measure(-20, 20, 0.05, 1, " ‰"),
        "In thousandths of the height; below 0 it is drawn out.",
    ),
    _Row("soften", "Soften edge", Measure(0, 20, 0.05, 1, " ‰"), "In thousandths of the height."),
    _Row("steady", "Steady edge", _PART, "How much the pictures before count for the edge."),
    _Row("shadow", "Shadow", _PART, "A contact shadow where the subject stands."),
    _Row("colour", "Match colour", _PART, "Bring its colours near those of what lies below."),
    _Row("grain", "Match grain", _PART, "Give it the grain of what lies below."),
    _Row("blur", "Motion blur", _PART, "Smear it along its own movement, over this share of a frame."),
)


class CutoutRows(QWidget):
    """For the shots in hand; the rows of the first one's kind are shown."""

    def __init__(self, hand: Hand, tokens: Tokens) -> None:
        super().__init__()
        self._hand, self._tokens = hand, tokens
        self._cutout: Cutout | None = None
        holder, column = section("Cut-out", tokens)
        controls.column(self, gap=0).addWidget(holder)
        self._kind = choice("What is cut out", tuple(KINDS), self._choose)
        column.addLayout(named("Cut out", self._kind))
        self._network = choice("What tells people apart", tuple(NETWORKS), self._choose_network)
        self._network_row = _row(named("Network", self._network))
        column.addWidget(self._network_row)
        self._news = controls.label("", "secondary", wrap=True)
        self._news.hide()
        column.addWidget(self._news)
        self._screen = controls.button(
            FOUND, lambda: run(self, self._pick()), tip="Choose the screen's colour"
        )
        self._screen.setAccessibleName("Colour of the screen")
        self._auto = controls.button("Find", lambda: self._keep("Find screen colour", screen=""), "link")
        self._screen_row = _row(named("Screen", self._screen, self._auto))
        column.addWidget(self._screen_row)
        self._fields: dict[str, tuple[_Row, ScrubField, QWidget]] = {}
        self._rows = controls.column(gap=column.spacing())
        column.addLayout(self._rows)
        self._inverted = QCheckBox("Keep the rest instead")
        self._inverted.clicked.connect(lambda on: self._keep("Invert cut-out", inverted=on))
        column.addWidget(self._inverted)

    def show_clip(self, clip: Clip) -> None:
        """Show how a clip is cut out; nothing for what is no shot."""
        self.setVisible(bool(shots((clip,))))
        cutout = self._cutout = clip.cutout
        kind = self._show_kind()
        self._screen_row.setVisible(kind is CutoutKind.KEY)
        self._inverted.setVisible(cutout is not None)
        if cutout is not None and not self._fields:
            self._make_fields()
        for one, field, row in self._fields.values():
            row.setVisible(cutout is not None and one.only in {None, kind})
            field.show_value(getattr(cutout, one.key) if cutout else one.measure.neutral)
        if cutout is not None:
            self._show_screen(cutout.screen)
            self._inverted.setChecked(cutout.inverted)

    def _show_kind(self) -> CutoutKind | None:
        """Put the boxes to what holds; a person told by a fetched network has a matte of it."""
        cutout = self._cutout
        by = network_of(self._hand.bench.session, cutout)
        kind = CutoutKind.PERSON if by else cutout.kind if cutout else None
        self._kind.setCurrentText(next(words for words, one in KINDS.items() if one is kind))
        self._kind.setToolTip(cutout.matte if cutout else "")
        self._network_row.setVisible(kind is CutoutKind.PERSON)
        if by:
            self._network.setCurrentText(next(words for words, one in NETWORKS.items() if one is by))
        return kind

    def _make_fields(self) -> None:
        """Make what most clips never show."""
        for one in _ROWS:
            field = self._field(one)
            row = _row(named(one.name, field))
            self._fields[one.key] = one, field, row
            self._rows.addWidget(row)

    def _show_screen(self, screen: str) -> None:
        self._screen.setText(screen or FOUND)
        self._auto.setVisible(bool(screen))

    def _field(self, one: _Row) -> ScrubField:
        field = number(
            f"{one.name} of the cut-out",
            one.measure,
            self._tokens,
            lambda value: self._hand.try_out(self._changed(**{one.key: value})),
            lambda value: self._hand.keep(
                f"Set {one.name.lower()} of cut-out", self._changed(**{one.key: value})
            ),
            self._hand.give_up,
        )
        field.setToolTip(one.tip)
        return field

    def _choose(self, words: str) -> None:
        kind = KINDS[words]
        if kind is CutoutKind.MATTE:
            run(self, self._choose_matte())
        elif kind is None:
            self._hand.keep("Remove cut-out", _each(self._clips(), lambda _: None))
        else:
            name = "Key screen colour" if kind is CutoutKind.KEY else "Cut out person"
            self._hand.keep(name, self._as_kind(kind))

    def _as_kind(self, kind: CutoutKind, **changes: object) -> Callable[[Timeline], Timeline]:
        """Change only the kind where there is a cut-out: its edge and shadow stay."""
        return _each(
            self._clips(),
            lambda clip: replace(clip.cutout or Cutout(kind), kind=kind, **changes),  # type: ignore[arg-type]
        )

    async def _choose_matte(self) -> None:
        path = await dialogs.chosen_file(self, "Choose a matte or depth map", Path.home(), MATTES)
        if path is None:
            self._show_kind()
            return
        try:
            matte = await bring_one(self._hand.bench.session.shop, path)
        except ClappperError:
            self._show_kind()
            raise
        self._hand.keep("Cut out by matte", self._as_kind(CutoutKind.MATTE, matte=matte))

    def _choose_network(self, words: str) -> None:
        by = NETWORKS[words]
        if by is By.SELFIE:
            self._hand.keep("Cut out person", self._as_kind(CutoutKind.PERSON))
        else:
            run(self, self._cut_by(by))

    async def _cut_by(self, by: By) -> None:
        """Fetch a network if that is agreed to, let it make the matte, and show the clips by it."""
        try:
            demand_runtime()
            if await self._fetched(by):
                for clip in self._clips():
                    self._tell(f"{by.label} is at work; Jobs shows how far it is.")
                    await ask_and_accept(self, self._hand.bench.session, self._offer(clip, by))
        finally:
            self._tell("")
            self._show_kind()

    def _offer(self, clip: Clip, by: By) -> Offer:
        return cut_out_person(self._hand.bench.session, clip.id, by)

    async def _fetched(self, by: By) -> bool:
        studio = self._hand.bench.studio
        lines = await asyncio.to_thread(list_models, studio.paths)
        line = next(one for one in lines if one.card.id == by.value)
        if line.state is ModelState.READY:
            return True
        card = line.card
        if not await dialogs.agreed(self, f"Fetch {card.title}?", _terms(card), "Agree and fetch"):
            return False
        self._tell(f"Fetching {card.title}…")
        await studio.get_model(
            card.id, card.licence, lambda share: self._tell(f"Fetching {card.title}: {share:.0%}")
        )
        return True

    def _tell(self, news: str) -> None:
        self._news.setText(news)
        self._news.setVisible(bool(news))

    async def _pick(self) -> None:
        screen = self._cutout.screen if self._cutout else ""
        dialog = QColorDialog(QColor(screen or GREEN), self)
        dialog.setWindowTitle("Screen colour")
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        if await dialogs.shown(dialog):
            self._keep("Set screen colour", screen=dialog.selectedColor().name())

    def _keep(self, name: str, **changes: object) -> None:
        self._hand.keep(name, self._changed(**changes))

    def _changed(self, **changes: object) -> Callable[[Timeline], Timeline]:
        """Change the clips in hand that are cut out."""
        cut = tuple(clip for clip in self._clips() if clip.cutout is not None)
        return _each(cut, lambda clip: replace(clip.cutout, **changes) if clip.cutout else None)  # type: ignore[arg-type]

    def _clips(self) -> tuple[Clip, ...]:
        return shots(self._hand.clips)


def _terms(card: ModelCard) -> str:
    """Say what is fetched, from whom and under which licence."""
    size = f", {card.size_bytes / 1e6:.0f} MB" if card.size_bytes else ""
    return f"{card.purpose.capitalize()}{size}. It comes under {card.licence}: {card.source}"


def _each(clips: tuple[Clip, ...], made: Callable[[Clip], Cutout | None]) -> Callable[[Timeline], Timeline]:
    def change(now: Timeline) -> Timeline:
        for clip in clips:
            now = set_cutout(now, clip.id, made(clip_of(now, clip.id)))
        return now

    return change


def _row(layout: QHBoxLayout) -> QWidget:
    """Hold a row so that it can be hidden."""
    holder = QWidget()
    holder.setLayout(layout)
    layout.setContentsMargins(0, 0, 0, 0)
    return holder
