"""Starting the window loads nothing heavy, and a Qt that cannot work is refused in a sentence."""

import subprocess
import sys

import PySide6
import pytest

from clappper.base.errors import ClappperError
from clappper.ui.launch import demand_qt

HEAVY = {"torch", "cv2", "av", "librosa", "scipy", "numba", "open_clip", "mitsuba", "pxr"}


def test_the_window_loads_nothing_heavy() -> None:
    code = "import sys, clappper.ui.main_window; print(*{name.split('.')[0] for name in sys.modules})"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(answer.stdout.split()) & HEAVY


def test_the_qt_that_loses_references_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PySide6, "__version__", "6.12.0")
    monkeypatch.setattr(sys, "version_info", (3, 11, 7, "final", 0))
    with pytest.raises(ClappperError, match=r"6\.12\.0 does not work on Python 3\.11"):
        demand_qt()


def test_the_qt_at_hand_keeps_none_alive(app: object) -> None:
    """A void call to Qt must not cost a reference to None: 6.12 on Python 3.11 did, and died of it."""
    from PySide6.QtCore import QObject

    del app
    one = QObject()
    before = sys.getrefcount(None)
    for _ in range(500):
        one.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < 100
