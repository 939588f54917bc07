"""Opening the window: Qt and asyncio on one loop, and an orderly end."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Any

from clappper.base.errors import ClappperError

log = logging.getLogger(__name__)

BROKEN_QT = "6.12."
WARM_AFTER_SECONDS = 0.5
TURN_SECONDS = 0.0005
"""How long another thread may keep the interpreter from the window's. Storing a rating lets go of it at each
of four statements; with Python's 5 ms that alone could take the 20 ms in which it has to be durable.
"""


def launch(project: Path | None = None) -> int:
    """Open the editor, with a project or the welcome page, and stay until it is closed.

    Returns the exit code.

    Raises:
        ClappperError: this machine or this Qt cannot show windows.
    """
    os.environ.setdefault("QT_API", "pyside6")
    sys.setswitchinterval(TURN_SECONDS)
    demand_qt()
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("Clappper")
    QApplication.setQuitOnLastWindowClosed(False)
    QApplication.setDesktopFileName("clappper")
    from qasync import QEventLoop

    from clappper.ui.doorbell import ring

    if project is not None and ring(project):
        log.info("%s is open in another window, which is in front now", project)
        return 0
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(_live(project))
    return 0


def demand_qt() -> None:
    """Refuse a Qt that cannot work here.

    PySide6 6.12 on Python 3.11 loses a reference to ``None`` with every call, and dies within a minute.

    Raises:
        ClappperError: Qt is missing, a library of the system is, or the two do not go together.
    """
    try:
        import PySide6.QtSvg
        import PySide6.QtWidgets
    except ImportError as error:
        raise ClappperError(
            f"The editor's windows need Qt, which does not load: {error}.",
            "Debian, Ubuntu: apt install libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1",
        ) from error
    version = PySide6.__version__
    if sys.version_info < (3, 12) and version.startswith(BROKEN_QT):
        raise ClappperError(
            f"PySide6 {version} does not work on Python {sys.version_info[0]}.{sys.version_info[1]}.",
            'Install an older one: pip install "PySide6-Essentials<6.12" "PySide6-Addons<6.12".',
        )


async def _live(project: Path | None) -> None:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from clappper.app import build
    from clappper.base.paths import AppPaths
    from clappper.ui import errors, theme
    from clappper.ui.bridge import run
    from clappper.ui.garbage import GuiGarbage
    from clappper.ui.main_window import MainWindow
    from clappper.ui.shortcuts import ShortcutFile

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    paths = AppPaths.of_user()
    studio = build(paths)
    tokens = theme.chosen(studio.settings().theme, app)
    theme.apply(app, tokens)
    layouts = QSettings(str(paths.config / "windows.ini"), QSettings.Format.IniFormat)
    window = MainWindow(studio, tokens, layouts=layouts)
    asyncio.get_running_loop().set_exception_handler(lambda _, context: _fault(window, context))
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    window.show()
    try:
        window.use_shortcuts(ShortcutFile(paths.config))
    except ClappperError as error:
        errors.show(window, error)
    garbage = GuiGarbage(window)
    opening = run(window, window.open_project(project)) if project is not None else None
    run(window, _warmed(opening, closed))
    await closed.wait()
    garbage.stop()
    window.deleteLater()


async def _warmed(opening: asyncio.Task[None] | None, closed: asyncio.Event) -> None:
    """Load the rest when the first thing that is shown is shown; closing does not wait for it."""
    if opening is not None:
        await asyncio.wait([opening])
    await asyncio.sleep(WARM_AFTER_SECONDS)
    from clappper.ui.warming import warm_up

    await asyncio.to_thread(warm_up, lambda: not closed.is_set())


def _fault(window: Any, context: dict[str, Any]) -> None:
    """Log what no task could mend, and say so; the window goes on."""
    from clappper.ui import errors

    error = context.get("exception")
    log.error("%s", context.get("message"), exc_info=error)
    if error is not None:
        errors.show_fault(window, error)
