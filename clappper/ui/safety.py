"""The bar over the workspaces that stands there while the project is not whole: damaged, or without media."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.flow.project.recovery import mend
from clappper.flow.project.relink import (
    Missing,
    Relinked,
    changed_media,
    missing_media,
    regain,
    relink,
    shown_files,
    use_made_again,
)
from clappper.flow.project.session import Session, TimelineChanged
from clappper.jobs.ingest import AssetAdded
from clappper.jobs.model import JobChanged, JobState
from clappper.ui import controls, dialogs, errors, icons
from clappper.ui.bridge import run, watch
from clappper.ui.media_watch import MediaWatch
from clappper.ui.tokens import Tokens

_LOOK_AFTER_MS = 300
_NAMED = 2


class SafetyBar(QWidget):
    """One line about what is wrong, and the buttons that mend it; hidden while all is well."""

    def __init__(
        self,
        hub: EventHub,
        tokens: Tokens,
        do: Callable[[str], None],
        reopen: Callable[[Path], Awaitable[None]],
    ) -> None:
        """``reopen`` closes the project that is open and shows the one in a folder."""
        super().__init__()
        self._do, self._reopen = do, reopen
        self._session: Session | None = None
        self._missing: tuple[Missing, ...] = ()
        self._changed: tuple[str, ...] = ()
        self._making: dict[str, str] = {}
        self._looking: asyncio.Task[None] | None = None
        self._build(tokens)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_LOOK_AFTER_MS)
        self._soon.timeout.connect(self.look)
        self._watch = MediaWatch(self)
        self._watch.changed.connect(self.look)
        for kind in (TimelineChanged, AssetAdded):
            watch(self, hub, kind, lambda _: self._soon.start())
        watch(self, hub, JobChanged, self._on_jobs_changed)

    @property
    def watched(self) -> tuple[str, ...]:
        """Give the files whose changes are noticed."""
        return self._watch.files

    def verbs(self) -> dict[str, Callable[[], object]]:
        if self._session is None:
            return {}
        return {
            "mend_project": self._mend,
            "relink_media": self._choose_folder,
            "regain_media": self._regain,
        }

    def show_session(self, session: Session | None) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._session, self._missing, self._changed, self._making = session, (), (), {}
        self._refresh()
        self.look()

    def look(self) -> None:
        """Look whether what the edit shows is there."""
        if self._session is not None:
            self._looking = run(self, self._look(self._session))

    async def relink_from(self, folder: Path) -> None:
        """Take what is missing from ``folder`` and tell what was found.

        Raises:
            ClappperError: ``folder`` is none, or the project cannot be written.
        """
        session = self._opened()
        done = await relink(session, folder)
        errors.tell(self, *told(done), kind="ok" if done.restored or done.replaced else "warn")
        await self._look(session)

    def _build(self, tokens: Tokens) -> None:
        self.setAccessibleName("Project safety")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = controls.line(self, gap=tokens.gap)
        row.setContentsMargins(tokens.pad, 4, tokens.pad, 4)
        sign = controls.label("")
        sign.setPixmap(icons.pixmap("warning", tokens.warn, 16, self.devicePixelRatioF()))
        self._text = controls.label("", wrap=True)
        self._mend_button = controls.button("Mend", lambda: self._do("mend_project"), "primary")
        self._relink_button = controls.button("Relink…", lambda: self._do("relink_media"))
        self._regain_button = controls.button(
            "Get back",
            lambda: self._do("regain_media"),
            tip="Download generated files again, or make them again where that costs nothing",
        )
        row.addWidget(sign)
        row.addWidget(self._text, 1)
        for button in (self._regain_button, self._relink_button, self._mend_button):
            row.addWidget(button)

    def _refresh(self) -> None:
        session, lost = self._session, self._missing
        damaged = session is not None and session.rescue is not None
        lines = lost_line(lost), changed_line(self._changed)
        text = session.notice if session is not None and damaged else " ".join(filter(None, lines))
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self._mend_button.setVisible(damaged)
        self._relink_button.setVisible(bool(lost) and not damaged)
        self._regain_button.setVisible(any(one.job_id for one in lost) and not damaged)
        self.setVisible(damaged or bool(text))

    async def _look(self, session: Session) -> None:
        if session.rescue is None and not session.read_only:
            found = await asyncio.to_thread(missing_media, session)
            changed = await asyncio.to_thread(changed_media, session)
            if session is self._session:
                self._missing = tuple(one for one in found if one.in_edit)
                self._changed = changed
                self._watch.follow(shown_files(session))
                self._refresh()

    async def _mend(self) -> None:
        session = self._opened()
        if session.rescue is None:
            errors.tell(self, "The project is whole.", kind="info")
            return
        kept = await asyncio.to_thread(mend, session.rescue)
        await self._reopen(session.project.path)
        errors.tell(self, "The project is mended.", f"The damaged database is kept as {kept.name}.")

    async def _choose_folder(self) -> None:
        self._opened()
        folder = await dialogs.chosen_folder(self, "Choose the folder that holds your media", Path.home())
        if folder is not None:
            await self.relink_from(folder)

    async def _regain(self) -> None:
        session, back, making = self._opened(), 0, 0
        lost = [one for one in missing_media(session) if one.job_id and one.in_edit]
        for one in lost:
            try:
                job_id = await regain(session, one.path)
            except ClappperError as error:
                errors.show(self, error)
                continue
            if job_id:
                self._making[job_id] = one.path
            making += bool(job_id)
            back += not job_id
        if back or making or not lost:
            errors.tell(self, *_regained(back, making), kind="ok" if lost else "info")
        await self._look(session)

    def _on_jobs_changed(self, events: tuple[JobChanged, ...]) -> None:
        done = [event.job_id for event in events if event.state is JobState.DONE]
        if done:
            self._soon.start()
        for job_id in done:
            if self._session is not None and (path := self._making.pop(job_id, "")):
                self._use(self._session, path, job_id)

    def _use(self, session: Session, path: str, job_id: str) -> None:
        try:
            use_made_again(session, path, job_id)
        except ClappperError as error:
            errors.show(self, error)

    def _opened(self) -> Session:
        if self._session is None:
            raise ClappperError("No project is open.", "Open one first.")
        return self._session


def lost_line(lost: Sequence[Missing]) -> str:
    """Say in one line what is missing; empty when nothing is."""
    names = ", ".join(one.name for one in lost[:_NAMED])
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    verb = "are" if len(lost) > 1 else "is"
    return f"{names}{more} {verb} missing from the project's folder." if lost else ""


def changed_line(names: Sequence[str]) -> str:
    """Say in one line which files are not what they were; empty when all are."""
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    verb = "have" if len(names) > 1 else "has"
    return f"{', '.join(names[:_NAMED])}{more} {verb} changed on the disk since the edit was made."


def told(done: Relinked) -> tuple[str, str]:
    """Say what a search in a folder brought: a line, and what is still missing."""
    count = len(done.restored) + len(done.replaced)
    text = f"{_files(count)} found." if count else "Nothing that is missing was found there."
    lost = sum(one.in_edit for one in done.missing)
    still = f"{_files(lost)} still missing." if lost else ""
    other = f"{_files(len(done.replaced))} of the same name with another content." if done.replaced else ""
    return text, " ".join(part for part in (other, still) if part)


def _regained(back: int, making: int) -> tuple[str, str]:
    if not back and not making:
        return "No generated file is missing.", "Find imported ones with Relink."
    text = f"{_files(back)} back." if back else f"{_files(making)} on the way."
    return text, "Being made again: see Jobs." if making else ""


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
