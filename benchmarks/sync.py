"""How far the playhead runs away from what is heard while a minute plays.

A sound server of its own (PulseAudio with a null sink) plays one click a second through the viewer's clock,
and what it plays is recorded. The offset of a click is when the playhead passed its second, minus its place
in the recording; the drift is how that offset changes. What is constant (latency, the start of recording)
drops out. Needs ``pulseaudio`` and ``parec``; run it with ``python -m benchmarks.sync [--seconds N]``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
TICK_SECONDS = 0.008
CLICK = 48
FRAME_MS = 1000 / 30


@contextmanager
def sound_server(folder: Path) -> Iterator[None]:
    """Run a PulseAudio with one sink that nobody hears, for this process and its children."""
    socket = folder / "sound"
    os.environ |= {"PULSE_SERVER": f"unix:{socket}", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    modules = (
        f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
        "module-null-sink sink_name=ear",
    )
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
    server = subprocess.Popen(
        [*command, *(part for module in modules for part in ("-L", module))], stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 20
        while not socket.exists() and time.monotonic() < end:
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


def clicks(seconds: int) -> NDArray[np.float32]:
    """Make a short burst at every full second."""
    samples = np.zeros((seconds * RATE, 2), np.float32)
    for second in range(1, seconds):
        samples[second * RATE : second * RATE + CLICK] = 0.8
    return samples


def play(seconds: int) -> list[tuple[float, float]]:
    """Let the viewer's clock run; give (real time, playhead) at every tick."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from clappper.ui.viewer.clock import Run, Speaker

    app = QApplication.instance() or QApplication([])
    speaker, samples = Speaker(), clicks(seconds)
    speaker.open()
    run = Run(speaker, 0.0, 1.0)
    seen: list[tuple[float, float]] = []
    timer = QTimer(interval=int(TICK_SECONDS * 1000))

    def tick() -> None:
        run.join(samples)
        seen.append((time.monotonic(), run.seconds()))
        if seen[-1][1] > seconds - 0.2:
            app.quit()

    timer.timeout.connect(tick)
    timer.start()
    QTimer.singleShot((seconds + 10) * 1000, app.quit)
    app.exec()
    if not run.has_sound:
        raise SystemExit("The sound device did not move.")
    speaker.close()
    return seen


def heard_at(recorded: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the seconds of the recording at which a click begins."""
    loud = np.flatnonzero(np.abs(recorded) > 0.3)
    first = loud[np.diff(loud, prepend=-RATE) > RATE // 2]
    return first / RATE


def offsets(seen: list[tuple[float, float]], heard: NDArray[np.float64], seconds: int) -> NDArray[np.float64]:
    """Give, in milliseconds, when the playhead passed each second minus when it was heard."""
    moments, places = np.array(seen).T
    clicks_at = np.arange(seconds - len(heard), seconds)
    passed = np.interp(clicks_at, np.maximum.accumulate(places), moments)
    away: NDArray[np.float64] = (passed - heard) * 1000
    return away


def measure(seconds: int) -> NDArray[np.float64]:
    with tempfile.TemporaryDirectory() as name, sound_server(Path(name)):
        file = Path(name) / "heard.raw"
        command = ["parec", "-d", "ear.monitor", "--format=float32le", f"--rate={RATE}", "--channels=1"]
        with (
            file.open("wb") as out,
            subprocess.Popen([*command, "--latency-msec=20"], stdout=out) as recorder,
        ):
            time.sleep(1)
            try:
                seen = play(seconds)
            finally:
                recorder.terminate()
        return offsets(seen, heard_at(np.fromfile(file, np.float32)), seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the playhead against what is heard.")
    parser.add_argument("--seconds", type=int, default=61)
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = measure(arguments.seconds)
    moved = found - np.median(found[:5])
    count = np.arange(len(found))
    slope = np.polyfit(count, found, 1)[0]
    print(f"{len(found)} clicks heard; load {os.getloadavg()[0]:.0f}")
    print(
        f"drift over {len(found) - 1} s: {slope * (len(found) - 1):+.1f} ms ({slope * 60:+.1f} ms a minute)"
    )
    print(
        f"farthest from where it began: {np.abs(moved).max():.1f} ms of a frame's {FRAME_MS:.1f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
