from __future__ import annotations

import pytest

from clappper.providers.comfy.watch import Seen, heard

NODES = {"1": 1, "2": 20, "3": 1}


def test_steps_add_up_to_a_fraction() -> None:
    seen = Seen(NODES)
    assert seen.fraction is None
    seen = heard(seen, "execution_cached", {"nodes": ["1"]})
    seen = heard(seen, "executing", {"node": "2"})
    assert seen.fraction == pytest.approx(1 / 22)
    seen = heard(seen, "progress", {"value": 10, "max": 20})
    assert seen.fraction == pytest.approx(11 / 22)
    seen = heard(seen, "executing", {"node": "3"})
    assert seen.fraction == pytest.approx(21 / 22)
    seen = heard(seen, "executing", {"node": None})
    assert heard(seen, "execution_success", {}).fraction == 1.0


def test_newer_servers_tell_all_nodes_at_once() -> None:
    nodes = {
        "1": {"state": "finished"},
        "2": {"state": "running", "value": 5, "max": 20},
        "3": {"state": "pending"},
    }
    assert heard(Seen(NODES), "progress_state", {"nodes": nodes}).fraction == pytest.approx(6 / 22)
    assert heard(Seen(NODES), "progress_state", {"nodes": {}}).fraction is None
    assert heard(Seen(NODES), "something new", {"x": 1}) == Seen(NODES)
