"""The folder of one render: where each file lies, what is already finished, and the sidecar that says so."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clappper.store.files import write_atomically
from clappper.usd.packet import RenderJob

SIDECAR = "render.json"
MASK_CHANNELS = (("R", "product"), ("G", "logo"), ("B", "backdrop"))
BEAUTY = "frames"
SEG, DEPTH = "seg.mp4", "depth.mp4"
SUFFIXES = {"masks": ".png", "depth": ".exr", "shadow": ".png", "normal": ".exr"}


@dataclass(slots=True)
class Sidecar:
    """What made the pictures. All down to ``wanted_ev`` decide whether finished frames can be kept.

    ``nucleus`` says how each address of the scene on Nucleus stood.
    """

    backend: str
    version: str
    device: str
    stage_hash: str
    seed: int
    spp: int
    width: int
    height: int
    wanted_ev: float | None = None
    ev: float | None = None
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    recipe_hash: str = ""
    tried: list[str] = field(default_factory=list)
    filled_by: dict[str, str] = field(default_factory=dict)
    nucleus: dict[str, dict[str, str]] = field(default_factory=dict)

    def is_same_work(self, other: Sidecar) -> bool:
        return all(getattr(self, name) == getattr(other, name) for name in _DECISIVE)


_DECISIVE = ("backend", "version", "device", "stage_hash", "seed", "spp", "width", "height", "wanted_ev")


def read_sidecar(folder: Path) -> Sidecar | None:
    """Read the sidecar; None where there is none or it is not ours."""
    try:
        return Sidecar(**json.loads((folder / SIDECAR).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_sidecar(folder: Path, sidecar: Sidecar) -> None:
    write_atomically(folder / SIDECAR, json.dumps(asdict(sidecar), indent=1).encode())


def frame_file(folder: Path, job: RenderJob, name: str, frame: int) -> Path:
    """Say where one frame of a pass lies; ``frames`` is the beauty."""
    if name == BEAUTY:
        return folder / BEAUTY / f"{frame:04d}.png"
    return folder / job.out_dir / name / f"{frame:04d}{SUFFIXES[name]}"


def files_of(folder: Path, job: RenderJob, frame: int) -> list[Path]:
    return [frame_file(folder, job, name, frame) for name in job.passes_of(frame)]


def is_finished(folder: Path, job: RenderJob, frame: int) -> bool:
    return all(file.is_file() for file in files_of(folder, job, frame))


def begin(folder: Path, job: RenderJob, sidecar: Sidecar) -> Sidecar:
    """Keep the finished frames of the same work; remove those of another, and begin its sidecar."""
    old = read_sidecar(folder)
    if old is not None and old.is_same_work(sidecar):
        return old
    for name in (BEAUTY, *(f"{job.out_dir}/{one}" for one in SUFFIXES)):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (BEAUTY, *(f"{job.out_dir}/{one}" for one in job.passes)):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_sidecar(folder, sidecar)
    return sidecar


def share(folder: Path, job: RenderJob, source: int, frame: int) -> None:
    """Let a frame show what another one shows: the same camera sees the same picture."""
    for name in job.passes_of(frame):
        data = frame_file(folder, job, name, source).read_bytes()
        write_atomically(frame_file(folder, job, name, frame), data)


def write_camera(folder: Path, job: RenderJob) -> None:
    """Write ``camera.json``: metres, row vectors, and intrinsics in pixels."""
    from clappper.usd.cameras import Lens, intrinsics

    def one(camera: Any) -> dict[str, Any]:
        matrix = [list(row) for row in camera.matrix]
        matrix[3][:3] = [value * job.meters_per_unit for value in matrix[3][:3]]
        lens = Lens(camera.focal_mm, camera.h_ap, camera.v_ap, (camera.h_off, camera.v_off))
        return {
            "frame": camera.frame,
            "time": camera.frame / job.fps,
            "camera_to_world": [value for row in matrix for value in row],
            "K": intrinsics(lens, job.width, job.height),
            "focal_mm": camera.focal_mm,
            "h_aperture_mm": camera.h_ap,
            "v_aperture_mm": camera.v_ap,
            "focus_m": camera.focus * job.meters_per_unit,
            "fstop": camera.fstop,
        }

    body = {
        "fps": job.fps,
        "width": job.width,
        "height": job.height,
        "units": "m",
        "up": job.up,
        "convention": "camera looks down -Z, +Y up; row vectors, row-major camera_to_world",
        "frames": [one(camera) for camera in job.frames],
    }
    file = folder / job.out_dir / "camera.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, json.dumps(body, indent=1).encode())


def write_labels(folder: Path, job: RenderJob) -> None:
    """Write ``masks/labels.json``: which channel shows which label, and the prims that carry it."""
    body = {
        channel: {"label": label, "prims": sorted({s.path for s in job.surfaces if s.label == label})}
        for channel, label in MASK_CHANNELS
    }
    file = folder / job.out_dir / "masks" / "labels.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, json.dumps(body, indent=1).encode())
