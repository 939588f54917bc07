"""The short form of ``make torture``: a program that buys is killed, and the seller's books are the judge."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.torture.killing import torture

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills with POSIX signals")


async def test_kills_lose_nothing_and_pay_nothing_twice(tmp_path: Path) -> None:
    toll = await torture(6, tmp_path, seed=7, jobs=2)
    assert toll.kills >= 6
    assert toll.paid == toll.jobs
    assert (toll.double_paid, toll.lost, toll.bad_files) == (0, 0, 0)
