"""The collector runs on the GUI thread, and nowhere else."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from clappper.ui.garbage import GuiGarbage


class Ring:
    def __init__(self) -> None:
        self.me = self


def test_no_thread_collects_and_the_gui_does(app: QApplication) -> None:
    parent = QObject(app)
    garbage = GuiGarbage(parent)
    try:
        ring = weakref.ref(Ring())

        def allocate() -> None:
            kept = [Ring() for _ in range(20_000)]
            kept.clear()

        worker = threading.Thread(target=allocate)
        worker.start()
        worker.join()
        assert ring() is not None
        garbage.look()
        assert ring() is None
    finally:
        garbage.stop()
        parent.deleteLater()
    assert gc.isenabled()
