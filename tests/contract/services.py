"""The services that adapters speak to, each with its simulator, and a rig that puts the two together."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clappper.base.paths import AppPaths
from clappper.base.secrets import Secrets
from clappper.base.settings import Settings
from clappper.providers import registry
from clappper.providers.contract import (
    Capabilities,
    GenRequest,
    InputFile,
    Kind,
    Progress,
    Provider,
    RemoteState,
    Role,
)
from clappper.providers.registry import Registry
from clappper.providers.workbench import Workbench
from tests.patience import PATIENCE_SECONDS, PAUSE_SECONDS, until
from tests.simulators import footage
from tests.simulators.comfyui import ComfySimulator
from tests.simulators.cosmos import COSMOS, CosmosHostedSimulator
from tests.simulators.fal import FalSimulator
from tests.simulators.luma import DreamMachineSimulator, LumaSimulator
from tests.simulators.replicate import ReplicateSimulator
from tests.simulators.runway import RunwaySimulator
from tests.simulators.stage import Simulator

RUNNING = frozenset({RemoteState.QUEUED, RemoteState.RUNNING})


@dataclass(frozen=True, slots=True)
class Service:
    """``is_silent``: a job is one long call, so nothing is asked over the wire while it runs.

    ``addresses`` are settings that point at the simulator; ``create_path`` is where jobs are made.
    """

    name: str
    simulator: type[Simulator]
    variable: str
    addresses: Callable[[Simulator], dict[str, Any]]
    create_path: str
    label: str = ""
    is_silent: bool = False


def _cosmos(dialect: str) -> Callable[[Simulator], dict[str, Any]]:
    return lambda sim: {"cosmos_url": sim.api, "cosmos_dialect": dialect}


SERVICES = {
    service.label or service.name: service
    for service in (
        Service(
            "replicate",
            ReplicateSimulator,
            "REPLICATE_API_TOKEN",
            lambda sim: {"replicate_base_url": sim.api},
            "/predictions",
        ),
        Service(
            "runway",
            RunwaySimulator,
            "RUNWAYML_API_SECRET",
            lambda sim: {"runway_base_url": sim.api},
            "_to_",
        ),
        Service(
            "fal",
            FalSimulator,
            "FAL_KEY",
            lambda sim: {"fal_queue_url": sim.api, "fal_rest_url": sim.api, "fal_platform_url": sim.api},
            "/fal-ai/",
        ),
        Service(
            "luma",
            LumaSimulator,
            "LUMA_AGENTS_API_KEY",
            lambda sim: {"luma_base_url": f"{sim.api}/v1"},
            "/generations",
        ),
        Service(
            "luma_dream_machine",
            DreamMachineSimulator,
            "LUMAAI_API_KEY",
            lambda sim: {"luma_dream_machine_base_url": f"{sim.api}/dream-machine/v1"},
            "/generations",
        ),
        Service("comfyui", ComfySimulator, "", lambda sim: {"comfyui_url": sim.api}, "/prompt"),
        *(
            Service(
                "cosmos",
                simulator,
                "",
                _cosmos(dialect),
                "/infer",
                label=f"cosmos {dialect}",
                is_silent=True,
            )
            for dialect, simulator in COSMOS.items()
        ),
        Service(
            "cosmos_hosted",
            CosmosHostedSimulator,
            "NVIDIA_API_KEY",
            lambda sim: {
                "cosmos_hosted": True,
                "cosmos_hosted_url": f"{sim.api}/v1/cosmos/nvidia",
                "cosmos_hosted_status_url": f"{sim.api}/status",
            },
            "/cosmos/nvidia",
        ),
    )
}


@dataclass
class Rig:
    """One adapter, its simulator, and a folder. ``provider`` may be put in the place of the real one."""

    service: Service
    sim: Any
    folder: Path
    provider: Provider
    registries: list[Registry] = field(default_factory=list)
    patience: float = 1.5

    @property
    def model(self) -> Capabilities:
        return self.provider.models()[0]

    def anew(self, key: str | None = None, **settings: Any) -> Provider:
        """Make the adapter once more, as after a restart."""
        bench = workbench(self.service, self.sim, self.folder, key, **settings)
        self.registries.append(registry.load(bench))
        return self.registries[-1].get(self.service.name)

    def sample(self, prompt: str = "a tin on wet slate", model: Capabilities | None = None) -> GenRequest:
        """Ask for the usual thing of the first model."""
        known = model or self.model
        return self.request(known, known.kinds[0], prompt)

    def request(self, model: Capabilities, kind: Kind, prompt: str = "a tin on wet slate") -> GenRequest:
        """Ask a model for one kind of work, with all the files that it needs."""
        aspect = "9:16" if "9:16" in model.aspects or not model.aspects else model.aspects[0]
        return GenRequest(
            key=f"test-{len(self.sim.ledger)}",
            kind=kind,
            provider=model.provider,
            model=model.model,
            prompt=prompt,
            seconds=min(
                max(model.durations[0] if model.durations else 5.0, model.seconds[0]), model.seconds[1]
            ),
            aspect=aspect,
            width=720 if aspect == "9:16" else 1280,
            height=1280 if aspect == "9:16" else 720,
            fps=(model.fps or (24.0,))[0],
            seed=7 if model.seed else 0,
            files=self.files(kind, model),
        )

    def files(self, kind: Kind, model: Capabilities) -> tuple[InputFile, ...]:
        roles = {
            Kind.IMAGE_TO_VIDEO: (Role.FIRST_FRAME,),
            Kind.KEYFRAMES: (Role.FIRST_FRAME, Role.LAST_FRAME),
            Kind.VIDEO_TO_VIDEO: (Role.SOURCE_VIDEO,),
            Kind.TRANSFER: (Role.SOURCE_VIDEO, Role.CONTROL_EDGE),
            Kind.UPSCALE: (Role.SOURCE_VIDEO,),
            Kind.MATTE: (Role.SOURCE_VIDEO,),
            Kind.TRAIN: (Role.DATASET,),
        }.get(kind, ())
        if kind is Kind.VIDEO_TO_VIDEO and model.max_references:
            roles = (*roles, Role.PRODUCT)
        return tuple(self.file(role) for role in roles)

    def file(self, role: Role, size: int = 0) -> InputFile:
        """Write an input file; with ``size`` it has so many bytes."""
        kind = "video" if role in {Role.SOURCE_VIDEO, Role.CONTROL_EDGE} else "picture"
        data = footage.of_kind(kind) if role is not Role.DATASET else b"PK\x03\x04 not many clips"
        data += os.urandom(max(size - len(data), 0)) + role.encode()
        digest = hashlib.sha256(data).hexdigest()
        path = self.folder / f"{role}-{digest[:8]}{footage.SUFFIXES[kind]}"
        path.write_bytes(data)
        return InputFile(
            role, str(path), digest, footage.MIMES[kind] if role is not Role.DATASET else "application/zip"
        )

    async def submit(self, request: GenRequest) -> str:
        """Ask for a job, and wait until the service has it."""
        before = len(self.sim.bodies)
        remote_id = await self.provider.submit(request)
        await until(lambda: len(self.sim.bodies) > before)
        return remote_id

    async def settle(self, remote_id: str) -> list[Progress]:
        """Look at a job, at its own pace, until it is over; gives all that was seen."""
        seen = [await self.provider.poll(remote_id)]
        is_silent = self.service.is_silent
        most = PATIENCE_SECONDS / PAUSE_SECONDS if is_silent else 400
        while seen[-1].state in RUNNING:
            assert len(seen) < most, "the generation never ended"
            await asyncio.sleep(PAUSE_SECONDS if is_silent else 0)
            await self.sim.clock.sleep(min(seen[-1].poll_after_seconds, self.patience))
            seen.append(await self.provider.poll(remote_id))
        return seen

    def creates(self) -> int:
        return int(self.sim.count("POST", self.service.create_path))


def workbench(
    service: Service, sim: Simulator, folder: Path, key: str | None = None, **settings: Any
) -> Workbench:
    found = {"own_origins": (sim.cdn,)} | service.addresses(sim) | settings
    given = sim.key if key is None else key
    paths = AppPaths(folder / "config", folder / "cache", folder / "models", folder / "logs")
    return Workbench(
        folder / "scratch",
        Settings(**found),
        Secrets({service.variable: given} if given and service.variable else {}),
        paths,
        sim.clock,
    )


@asynccontextmanager
async def rig_of(service: Service, folder: Path) -> AsyncIterator[Rig]:
    """Start a service's simulator and make its adapter; whatever leaked to the storage fails the test."""
    async with service.simulator() as sim:
        found = registry.load(workbench(service, sim, folder))
        rig = Rig(service, sim, folder, found.get(service.name), [found])
        try:
            yield rig
        finally:
            for one in rig.registries:
                await one.aclose()
        assert sim.leaks == [], "a key went to where files lie"
        assert sim.mistakes == []
