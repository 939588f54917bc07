"""The keys of services: kept in the system's keychain, tested without spending, taken away."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout

from clappper.app import Studio
from clappper.base.errors import ClappperError
from clappper.flow.keys import KeyLine
from clappper.ui import controls, icons
from clappper.ui.bridge import run
from clappper.ui.makers import maker_name
from clappper.ui.tokens import Tokens

NAMES = {"fal": "fal (Pika and others)"}


class KeysSheet(QScrollArea):
    """One block for each service. A key is never shown again once it is kept."""

    def __init__(self, studio: Studio, tokens: Tokens) -> None:
        super().__init__()
        self._studio, self._tokens = studio, tokens
        self.setWidgetResizable(True)
        self.setAccessibleName("Keys of services")
        page = controls.panel("window")
        layout = controls.column(page, gap=tokens.group, pad=tokens.group)
        layout.addWidget(controls.label("Keys of services", "heading"))
        layout.addWidget(
            controls.label(
                "Kept in your system's keychain, sent only to their service, in no log.",
                "secondary",
                wrap=True,
            )
        )
        lines = studio.keys()
        self.blocks = {line.service: _Block(self, studio, tokens, line) for line in lines}
        for block in self.blocks.values():
            layout.addLayout(block.layout)
        layout.addStretch()
        self.setWidget(page)


class _Block:
    """A service: where its key comes from, a field for another one, and what can be done."""

    def __init__(self, sheet: KeysSheet, studio: Studio, tokens: Tokens, line: KeyLine) -> None:
        self._sheet, self._studio, self._tokens = sheet, studio, tokens
        self._service = line.service
        name = NAMES.get(line.service) or maker_name(line.service)
        self.layout: QVBoxLayout = controls.column(gap=4)
        head = controls.line()
        self.sign = controls.label("")
        head.addWidget(self.sign)
        head.addWidget(controls.label(name, "title"))
        self.source = controls.label("", "secondary")
        head.addWidget(self.source)
        head.addStretch()
        self.layout.addLayout(head)
        row = controls.line()
        self.value = QLineEdit()
        self.value.setEchoMode(QLineEdit.EchoMode.Password)
        self.value.setPlaceholderText(f"Paste a key, or set {line.variables[0]}")
        self.value.setAccessibleName(f"Key of {name}")
        self.value.returnPressed.connect(self._keep)
        row.addWidget(self.value, 1)
        self.buttons = {
            text: controls.button(text, do)
            for text, do in (("Keep", self._keep), ("Test", self._test), ("Delete", self._delete))
        }
        for text, button in self.buttons.items():
            button.setAccessibleName(f"{text} the key of {name}")
            row.addWidget(button)
        self.layout.addLayout(row)
        self.said = controls.label("", "dense", wrap=True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.hide()
        self.layout.addWidget(self.said)
        self._show(line)

    def _show(self, line: KeyLine) -> None:
        there = bool(line.source)
        icon, colour = (
            ("check-circle", self._tokens.ok) if there else ("circle-dashed", self._tokens.secondary)
        )
        self.sign.setPixmap(icons.pixmap(icon, colour, 16, self._sheet.devicePixelRatioF()))
        self.sign.setAccessibleName("There is a key" if there else "There is no key")
        self.source.setText(f"from {line.source}" if there else "no key")
        for text in ("Test", "Delete"):
            self.buttons[text].setEnabled(there)

    def _keep(self) -> None:
        run(self._sheet, self._kept(), self._refused)

    async def _kept(self) -> None:
        value = self.value.text()
        self._show(await asyncio.to_thread(self._studio.set_key, self._service, value))
        self.value.clear()
        self._say("Kept. Testing…", "dense")
        await self._tested()

    def _test(self) -> None:
        self._say("Asking…", "dense")
        run(self._sheet, self._tested(), self._refused)

    async def _tested(self) -> None:
        tests = await self._studio.try_keys((self._service,))
        good = all(test.health.ready for test in tests)
        words = [
            f"{test.provider or self._service}: {test.health.detail} {test.health.hint}".strip()
            for test in tests
        ]
        self._say("\n".join(words), "ok" if good else "warn")

    def _delete(self) -> None:
        run(self._sheet, self._deleted(), self._refused)

    async def _deleted(self) -> None:
        line = await asyncio.to_thread(self._studio.remove_key, self._service)
        self._show(line)
        left = f"It still comes from {line.source}." if line.source else "Deleted."
        self._say(left, "dense")

    def _refused(self, error: ClappperError) -> None:
        self._say(str(error), "error")

    def _say(self, text: str, kind: str) -> None:
        self.said.setText(text)
        controls.set_kind(self.said, kind)
        self.said.show()
