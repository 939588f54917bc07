from __future__ import annotations

import sqlite3

import pytest

from clappper.store.health import sqlite_state


def test_an_old_library_is_explained_and_a_new_one_is_only_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    assert "rollback journal" in sqlite_state()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 53, 0))
    assert sqlite_state() == sqlite3.sqlite_version
