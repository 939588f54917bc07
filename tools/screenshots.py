"""Takes the pictures of docs/screenshots: every workspace, empty and full, in two sizes, without a screen.

    python -m tools.screenshots [NAME ...]

*full* is the sample project, *empty* a new one from a template. With names, only those pictures are taken.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_API"] = "pyside6"

OUT = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
SIZES = ((1920, 1080), (1366, 768))
SETTLE_SECONDS = 3.0
WORKSPACES = ("brief", "edit", "review", "deliver")


class Photographer:
    """Owns the windows and takes their pictures. Qt loads late: the viewer's process imports this, too."""

    def __init__(self, app: Any, home: Path, wanted: set[str]) -> None:
        self._app, self._home, self._wanted = app, home, wanted
        self._windows: list[Any] = []

    def window(self, *, light: bool = False) -> Any:
        from clappper.app import Studio
        from clappper.base.events import EventHub
        from clappper.base.paths import AppPaths
        from clappper.ui import theme
        from clappper.ui.main_window import MainWindow
        from clappper.ui.tokens import DARK, LIGHT

        tokens = LIGHT if light else DARK
        theme.apply(self._app, tokens)
        paths = AppPaths(*(self._home / name for name in ("config", "cache", "models", "logs")))
        made = MainWindow(Studio(paths, EventHub()), tokens)
        made.show()
        self._windows.append(made)
        return made

    async def take(self, window: Any, name: str) -> None:
        for width, height in SIZES:
            title = f"{name}-{width}x{height}"
            if self._wanted and title not in self._wanted and name not in self._wanted:
                continue
            window.resize(width, height)
            await asyncio.sleep(SETTLE_SECONDS)
            await pictured(window)
            save(window, OUT / f"{title}.jpg")
            print(title)

    async def close(self) -> None:
        for window in self._windows:
            if window.session is not None:
                await window.show_session(None)
            window.close()


async def pictured(window: Any) -> None:
    """Wait until the brief is judged, and the viewer shows what it was asked for."""
    card = window.page.panel("scorecard") if window.page else None
    for _ in range(300):
        if card is None or (card.judgement is not None and not card.is_judging):
            break
        await asyncio.sleep(0.1)
    viewer = window.page.panel("viewer") if window.page else None
    player = getattr(viewer, "player", None)
    if player is None or not any(track.clips for track in window.session.timeline.tracks):
        return
    for _ in range(200):
        if player.last is not None and player.last.frame == window.bench.edit.playhead:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)


def save(window: Any, path: Path) -> None:
    """Write a picture in all its colours: footage is looked at on it."""
    from io import BytesIO

    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    picture = Image.open(BytesIO(bytes(buffer.data().data()))).convert("RGB")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=93, subsampling=0, optimize=True)


async def shoot(photographer: Photographer) -> None:
    window = photographer.window()
    await asyncio.sleep(3)
    await photographer.take(window, "welcome")
    await window.show_session(await window.studio.open_sample())
    await each_workspace(photographer, window, "full")
    window.show_workspace("brief")
    for name, action in (("palette", "palette"), ("keys", "key_sheet")):
        window.do(action)
        await photographer.take(window, name)
    await window.start(window.studio.brief_from_template("product-offer"))
    await each_workspace(photographer, window, "empty")
    await photographer.close()
    light = photographer.window(light=True)
    await light.show_session(await light.studio.open_sample())
    await photographer.take(light, "brief-light")
    await photographer.close()


async def each_workspace(photographer: Photographer, window: Any, state: str) -> None:
    for name in WORKSPACES:
        window.show_workspace(name)
        if name == "edit" and state == "full":
            window.bench.edit.look(quality=1)
            window.bench.edit.go_to(140)
            shots = next(track for track in window.session.timeline.tracks if track.id == "shots")
            window.bench.edit.select({shots.clips[1].id})
        if name == "deliver" and state == "full":
            await delivered(window)
        await photographer.take(window, f"{name}-{state}")


async def delivered(window: Any) -> None:
    """Export the ad once, beside two test versions that wait."""
    outputs, exports = window.bench.outputs, window.session.exports
    outputs.vary(window.session, 2)
    every, ad = outputs.chosen, {cell for cell in outputs.chosen if not cell.version}
    outputs.choose(ad)
    outputs.order(exports)
    await exports.idle()
    outputs.choose(every)
    await asyncio.sleep(20)


def main() -> None:
    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

    from clappper.ui.garbage import GuiGarbage

    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    app.setCursorFlashTime(0)
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory() as home, loop:
        os.environ["HOME"] = home
        garbage = GuiGarbage(app)
        loop.run_until_complete(shoot(Photographer(app, Path(home), set(sys.argv[1:]))))
        garbage.stop()


if __name__ == "__main__":
    main()
