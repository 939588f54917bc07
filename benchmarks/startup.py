"""How much processor time it takes until the window can be used, and until a project is open in it.

Of the stages after the first also the longest turn of the window's thread; nothing is loaded beforehand.

python -m benchmarks.startup [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

BAR_SECONDS = 1.5
RUN = """
import asyncio, json, os, sys, time
from pathlib import Path
os.environ["QT_API"] = "pyside6"
from PySide6.QtWidgets import QApplication
app = QApplication([])
from qasync import QEventLoop
from clappper.app import build
from clappper.base.paths import AppPaths
from clappper.ui import theme
from clappper.ui.main_window import MainWindow
from clappper.ui.tokens import DARK

class Turns:
    def __init__(self):
        self.since, self.longest = time.thread_time(), 0.0
        app.eventDispatcher().aboutToBlock.connect(self.look)

    def look(self):
        now = time.thread_time()
        self.longest, self.since = max(self.longest, now - self.since), now

    def take(self):
        longest, self.longest = self.longest, 0.0
        return longest * 1000

async def whole(page):
    while not page.is_settled:
        await asyncio.sleep(0.005)
    page.repaint()
    await asyncio.sleep(0.05)

async def run():
    theme.apply(app, DARK)
    window = MainWindow(build(AppPaths.of_user()), DARK)
    window.show()
    window.repaint()
    await asyncio.sleep(0.05)
    times = {"window": time.process_time()}
    heavy = {"torch", "cv2", "av", "librosa", "scipy"} & {name.split(".")[0] for name in sys.modules}
    turns = Turns()
    session = await window.studio.open_sample()
    before = time.process_time()
    await window.show_session(session)
    await whole(window.page)
    times["brief"] = time.process_time() - before
    held = {"brief": turns.take()}
    before = time.process_time()
    window.show_workspace("edit")
    await whole(window.page)
    times["edit"] = time.process_time() - before
    held["edit"] = turns.take()
    print(json.dumps({"times": times, "held": held, "heavy": sorted(heavy)}))
    await window.show_session(None)
    window.close()

loop = QEventLoop(app)
asyncio.set_event_loop(loop)
app.setQuitOnLastWindowClosed(False)
with loop:
    loop.run_until_complete(run())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home:
        results = [measure(home) for _ in range(rounds + 1)][1:]
    for name, what in (("window", "window can be used"), ("brief", "project shown"), ("edit", "Edit shown")):
        values = [result["times"][name] for result in results]
        print(f"{what:20} {statistics.median(values):.2f} CPU s (least {min(values):.2f})")
    for name, what in (("brief", "opening"), ("edit", "Edit")):
        values = [result["held"][name] for result in results]
        print(f"longest turn, {what:7} {statistics.median(values):.0f} ms (least {min(values):.0f})")
    print(f"loaded before it can be used: {', '.join(results[0]['heavy']) or 'nothing heavy'}")
    window = statistics.median(result["times"]["window"] for result in results)
    sys.exit(0 if window <= BAR_SECONDS else 1)


def measure(home: str) -> dict[str, dict[str, float]]:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ |= {
        "PYTHONPYCACHEPREFIX": f"{home}/bytecode",
        "HOME": home,
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
    }
    answer = subprocess.run(
        [sys.executable, "-c", RUN], env=environ, capture_output=True, text=True, check=True
    )
    result: dict[str, dict[str, float]] = json.loads(answer.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    main()
