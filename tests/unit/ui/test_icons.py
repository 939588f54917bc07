"""The folder of icons holds those in use, as its module says."""

import re
from pathlib import Path

from clappper.base.paths import resource

ROOT = Path(__file__).parents[3]


def test_every_icon_is_used() -> None:
    sources = [resource("theme.qss"), *(ROOT / "clappper").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = {path.stem for path in resource("icons").glob("*.svg")}
    assert {name for name in named if not re.search(rf"\"{name}[\".]|/{name}-", text)} == set()
