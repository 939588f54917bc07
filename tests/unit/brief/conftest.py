import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[4] / "shared"


def shared_file(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs the shared material: {name}")
    return path


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """Find a file of the shared material, or skip the test."""
    return shared_file


@pytest.fixture
def auric() -> dict[str, Any]:
    """The reference minimal brief as plain values."""
    data: dict[str, Any] = json.loads(shared_file("briefs/auric.json").read_text(encoding="utf-8"))
    return data


@pytest.fixture
def minimal() -> dict[str, Any]:
    """The smallest brief that loads."""
    return deepcopy(MINIMAL)


MINIMAL: dict[str, Any] = {
    "project": {"name": "Spring", "target_audience": "city cyclists", "aspect": "9:16", "duration_s": 8},
    "product": {"name": "Volt Lamp", "key_benefit": "Lights 200 m of road", "brand_colors": ["#0af"]},
    "cta": {"headline": "See Further"},
    "scenes": [{"id": "s1", "start_s": 0, "end_s": 8, "type": "packshot", "intent": "Lamp on a table"}],
}
