"""The rules read from brand documents: each with the sentence it is from, to be taken one by one or all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.brief.guidelines import Rule, RuleKind, accept, is_kept
from clappper.flow.briefing.guidelines import Guideline
from clappper.ui import controls, errors
from clappper.ui.draft import BriefDraft
from clappper.ui.tokens import Tokens


class GuidelineSheet(QWidget):
    """Lists rules by document. Taking one, or all, is one undo step; what the brief has already is marked."""

    def __init__(self, draft: BriefDraft, tokens: Tokens, documents: Sequence[Guideline]) -> None:
        super().__init__()
        self._draft, self._tokens, self._documents = draft, tokens, documents
        outer = controls.column(self, gap=0)
        head = controls.line(pad=tokens.pad)
        self.count = controls.label("", "secondary", wrap=True)
        self.all = controls.button("Accept all", self._accept_all, "primary")
        head.addWidget(self.count, 1)
        head.addWidget(self.all)
        outer.addLayout(head)
        page = controls.panel()
        self._list = controls.column(page, gap=tokens.pad)
        self._list.setContentsMargins(tokens.group, tokens.pad, tokens.group, tokens.group)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Rules from your documents")
        scroll.setWidget(page)
        outer.addWidget(scroll, 1)
        draft.settled.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        controls.clear(self._list)
        for document in self._documents:
            self._list.addWidget(controls.label(document.name, "title"))
            if document.problem:
                self._list.addWidget(controls.label(document.problem, "error", wrap=True))
            elif document.caution:
                self._list.addWidget(controls.label(document.caution, "warn", wrap=True))
            elif not document.rules:
                self._list.addWidget(
                    controls.label(
                        "No rule was found in its words. Set the brand's fields by hand.", wrap=True
                    )
                )
            for rule in document.rules:
                self._list.addWidget(self._row(rule))
        self._list.addStretch()
        left = len(self._open())
        self.all.setText(f"Accept all {left}" if left else "Accept all")
        self.all.setEnabled(bool(left))
        total = sum(len(document.rules) for document in self._documents)
        self.count.setText(_told(total, left))

    def _open(self) -> list[Rule]:
        """List what can still be taken; of several fonts the first, because the brief has room for one."""
        found = [rule for one in self._documents for rule in one.rules if rule.field]
        fonts = [rule for rule in found if rule.kind is RuleKind.FONT]
        return [rule for rule in found if not is_kept(self._draft.brief, rule) and rule not in fonts[1:]]

    def _row(self, rule: Rule) -> QWidget:
        made = QWidget()
        row = controls.line(made, gap=self._tokens.pad)
        kind = controls.label(rule.kind, "secondary")
        kind.setFixedWidth(88)
        row.addWidget(kind, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(rule), 1)
        row.addWidget(self._button(rule), alignment=Qt.AlignmentFlag.AlignTop)
        return made

    def _words(self, rule: Rule) -> QVBoxLayout:
        words = controls.column(gap=2)
        first = controls.line(gap=6)
        if rule.kind is RuleKind.COLOUR:
            first.addWidget(_swatch(rule.value, self._tokens))
        if rule.kind is not RuleKind.REMINDER:
            text = f"{rule.value}  {rule.note}".strip()
            first.addWidget(controls.label(text, wrap=rule.kind is not RuleKind.COLOUR), 1)
            words.addLayout(first)
        place = f" ({rule.place})" if rule.place else ""
        words.addWidget(controls.label(f"“{rule.quote}”{place}", "dense", wrap=True))
        return words

    def _button(self, rule: Rule) -> QWidget:
        if not rule.field:
            return controls.label("For you to keep", "secondary")
        if is_kept(self._draft.brief, rule):
            return controls.label("In the brief", "ok")
        made = controls.button("Accept", lambda: self._take([rule], f"Take {_named(rule)}"))
        made.setAccessibleName(f"Accept {_named(rule)}")
        return made

    def _accept_all(self) -> None:
        rules = self._open()
        self._take(rules, f"Take {len(rules)} brand rules")

    def _take(self, rules: Sequence[Rule], name: str) -> None:
        try:
            self._draft.change(name, lambda brief: accept(brief, rules))
        except ClappperError as error:
            errors.show(self, error)


def _told(total: int, left: int) -> str:
    """Say how many rules there are, and how many of them wait to be taken."""
    read = f"{total} rule{'s' * (total != 1)} read"
    if not total:
        return "No rules read."
    return f"{read}, {left} not in the brief yet." if left else f"{read}, nothing left to take over."


def _named(rule: Rule) -> str:
    return f"{rule.kind.lower()} {rule.value}"


def _swatch(colour: str, tokens: Tokens) -> QLabel:
    made = controls.label("")
    made.setFixedSize(22, 16)
    made.setStyleSheet(f"background: {colour}; border: 1px solid {tokens.line}; border-radius: 3px;")
    made.setAccessibleName(colour)
    return made
