"""Clips decoded in a thread where the program uses a process, which takes a second to start."""

import os
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from clappper.flow.reviewing.winder import wind


class ThreadedWinder:
    """Stands for the process; it ends when it is told to, or its pipe is closed."""

    def __init__(self, pipe: Connection) -> None:
        own = Connection(os.dup(pipe.fileno()))
        self._thread = threading.Thread(target=wind, args=(own,), daemon=True)
        self._thread.start()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def kill(self) -> None:
        """Do nothing: a thread ends by itself."""


@pytest.fixture
def wound_here() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clappper.flow.reviewing.reels.start_winder", ThreadedWinder)
        yield
