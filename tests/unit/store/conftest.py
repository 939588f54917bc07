from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from clappper.store.project import ProjectFolder


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectFolder]:
    with ProjectFolder.create(tmp_path / "ad") as project:
        yield project


P = ParamSpec("P")
T = TypeVar("T")


class FaultyDisk:
    """Lets the n-th of all writes, flushes and renames fail with one error number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left = 0
        self._number = 0
        for owner, name in ((os, "write"), (os, "fsync"), (os, "open"), (Path, "replace")):
            monkeypatch.setattr(owner, name, self._around(getattr(owner, name)))

    def fail_at(self, call: int, number: int) -> None:
        self._left, self._number = call, number

    @property
    def has_failed(self) -> bool:
        return self._left <= 0

    def _around(self, inner: Callable[P, T]) -> Callable[P, T]:
        def outer(*args: P.args, **kwargs: P.kwargs) -> T:
            self._left -= 1
            if self._left == 0:
                raise OSError(self._number, os.strerror(self._number))
            return inner(*args, **kwargs)

        return outer


@pytest.fixture
def faulty_disk(monkeypatch: pytest.MonkeyPatch) -> FaultyDisk:
    return FaultyDisk(monkeypatch)
