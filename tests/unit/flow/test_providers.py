from __future__ import annotations

from pathlib import Path

from clappper.flow.providers import list_providers, renew_models
from clappper.providers.workbench import EMBEDDED
from tests.contract.services import SERVICES, rig_of, workbench
from tests.simulators.stage import Fault


async def test_without_keys_only_what_is_embedded_is_ready_and_nobody_is_asked() -> None:
    lines = {line.name: line for line in await list_providers(EMBEDDED)}
    services = {service.name for service in SERVICES.values()}
    assert not [name for name in services if lines[name].health.ready]
    assert all(lines[name].health.hint for name in services)
    assert lines["motion"].health.ready
    assert lines["replicate"].prices_as_of == "2025-10-15"
    assert await renew_models(EMBEDDED) == ()


async def test_models_are_read_anew_where_there_is_a_key(tmp_path: Path) -> None:
    async with rig_of(SERVICES["replicate"], tmp_path) as rig:
        bench = workbench(rig.service, rig.sim, tmp_path)
        rig.sim.models["google/veo-3.1"]["inputs"]["brand_new"] = {"type": "string"}
        first, second = await renew_models(bench), await renew_models(bench)
        rig.sim.fail("GET", "/models/", Fault(500))
        (third,) = await renew_models(bench)
    assert "google/veo-3.1" in first[0].changed
    assert second[0].changed == ()
    assert "trouble" in third.problem
