"""Every adapter to a service keeps every promise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.promises import PROMISES
from tests.contract.services import SERVICES, Rig, rig_of


@pytest.fixture(params=SERVICES)
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    async with rig_of(SERVICES[request.param], tmp_path) as found:
        yield found


@pytest.mark.parametrize("promise", PROMISES)
async def test_it_keeps_its_promise(rig: Rig, promise: str) -> None:
    await PROMISES[promise](rig)
