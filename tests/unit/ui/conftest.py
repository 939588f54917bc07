"""Real widgets, without a screen; a loop of Qt's own where something is awaited."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from asyncio.events import _set_running_loop
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

try:
    import PySide6.QtWidgets  # noqa: F401
except ImportError as error:
    pytest.skip(f"Qt does not load here: {error}", allow_module_level=True)

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from clappper.app import Studio
from clappper.base.events import EventHub
from clappper.base.paths import AppPaths
from clappper.brief.templates import template
from clappper.flow.assembling.sound import music_request
from clappper.flow.generating.generate_ad import AdMaker
from clappper.flow.judging import Judge
from clappper.flow.project.session import Session
from clappper.jobs.model import Job
from clappper.ui import theme
from clappper.ui.bench import Bench
from clappper.ui.draft import BriefDraft
from clappper.ui.main_window import MainWindow
from clappper.ui.page import Page
from clappper.ui.tokens import DARK
from tests.patience import PATIENCE_SECONDS
from tests.winding import wound_here

__all__ = ["wound_here"]


@pytest.fixture(autouse=True)
def _no_winding_process(wound_here: None) -> None:
    """Let no test wait until a process has started."""


class _Loop(QEventLoop):  # type: ignore[misc]
    """Counts as running also between two runs, while Qt lets events happen."""

    def run_forever(self) -> int:
        try:
            answer: int = super().run_forever()
        finally:
            _set_running_loop(self)
        return answer


def _pages() -> list[Page]:
    """Find the workspaces that are seen."""
    tops = QApplication.topLevelWidgets()
    return [page for top in tops for page in top.findChildren(Page) if page.isVisible()]


class Stage:
    """Qt and asyncio on one loop; what goes wrong in a task or a slot fails the test.

    The loop counts as running all the time, because Qt's own test keys and clicks let events happen too.
    """

    def __init__(self, loop: QEventLoop) -> None:
        self._loop = loop
        self.faults: list[BaseException] = []
        loop.set_exception_handler(self._note)

    def live(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run ``work`` to its end, windows and all."""
        answer = self._loop.run_until_complete(work)
        assert not self.faults, self.faults
        return answer

    def until(self, happened: Callable[[], object]) -> None:
        """Let the program live until something has happened."""

        async def wait() -> None:
            end = time.monotonic() + PATIENCE_SECONDS
            while not happened():
                assert time.monotonic() < end, "it did not happen"
                await asyncio.sleep(0.01)

        self.live(wait())

    def rest(self) -> None:
        """Let all that is due happen, workspaces that are being made included."""

        async def wait() -> None:
            for _ in range(3):
                await asyncio.sleep(0.005)
            while any(not page.is_settled for page in _pages()):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.005)

        self.live(wait())

    def _note(self, _: object, context: dict[str, Any]) -> None:
        self.faults.append(context.get("exception") or RuntimeError(context["message"]))


@pytest.fixture(scope="session")
def app() -> QApplication:
    """Make the one application of all tests, dressed."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    theme.apply(app, DARK)
    app.setCursorFlashTime(0)
    app.setQuitOnLastWindowClosed(False)
    return app


@pytest.fixture
def stage(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    loop = _Loop(app)
    asyncio.set_event_loop(loop)
    gc.disable()
    with loop:
        made = Stage(loop)
        monkeypatch.setattr(sys, "excepthook", lambda _, error, __: made.faults.append(error))
        made.rest()
        yield made
        for widget in app.topLevelWidgets():
            widget.deleteLater()
        made.rest()
        _set_running_loop(None)
    asyncio.set_event_loop(None)
    gc.collect()
    gc.enable()


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    folders = (tmp_path / name for name in ("config", "cache", "models", "logs"))
    return Studio(AppPaths(*folders), EventHub())


@pytest.fixture
def session(stage: Stage, studio: Studio, tmp_path: Path) -> Iterator[Session]:
    """Open a new project of a template."""
    made: Session = stage.live(studio.create(tmp_path / "ad.clappper", template("product-offer")))
    yield made
    stage.live(studio.close(made))


def held_job(session: Session, scene_id: str, seed: int = 1) -> Job:
    """Ask for a piece of music that nobody makes, because its provider is paused."""
    session.queue.gates.pause("music")
    return session.queue.enqueue(
        music_request(session.brief, seed=seed), brief_id=session.brief_id, scene_id=scene_id
    ).job


@pytest.fixture
def asked() -> list[str]:
    """Collect the actions that panels ask the window for."""
    return []


@pytest.fixture
def bench(studio: Studio, session: Session, asked: list[str]) -> Bench:
    judge = Judge(session)
    return Bench(
        studio,
        session,
        DARK,
        BriefDraft(session),
        judge,
        AdMaker(session, judge, lambda _: None),
        asked.append,
        lambda *_: None,
        lambda *_: None,
    )


@pytest.fixture
def window(stage: Stage, studio: Studio) -> Iterator[MainWindow]:
    """Show the window with its welcome page."""
    made = MainWindow(studio, DARK)
    made.resize(1366, 768)
    made.show()
    stage.rest()
    yield made
    if made.session is not None:
        stage.live(made.show_session(None))
    made.close()
    made.deleteLater()
    stage.rest()
