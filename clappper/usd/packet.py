"""The flat job that every renderer gets: ``job.json`` and, for renderers that read no USD, ``geometry.npz``.

Cameras and lights in it were read back from the composed stage, so what an artist changed there counts.
Matrices are 4x4 for row vectors, in stage units; the camera looks along -Z.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.store.files import write_atomically
from clappper.usd.lighting import Levels

JOB, GEOMETRY = "job.json", "geometry.npz"
Matrix = list[list[float]]


@dataclass(frozen=True, slots=True)
class FrameCamera:
    """One frame's camera: film and focal length in mm, focus in stage units."""

    frame: int
    matrix: Matrix
    focal_mm: float
    h_ap: float
    v_ap: float
    h_off: float = 0.0
    v_off: float = 0.0
    focus: float = 0.0
    fstop: float = 0.0


@dataclass(frozen=True, slots=True)
class LightSource:
    """``type`` is rect, disk, sphere, distant or dome; ``w``, ``h`` in stage units, ``angle`` in degrees."""

    path: str
    type: str
    intensity: float
    color: tuple[float, float, float]
    normalize: bool
    matrix: Matrix
    w: float = 0.0
    h: float = 0.0
    radius: float = 0.0
    angle: float = 0.0
    texture: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A texture that drives a material's input; ``srgb`` tells whether to decode it.

    ``component`` is r, g or b where one of a packed picture counts, else empty.
    """

    file: str
    srgb: bool = True
    wrap: str = "repeat"
    component: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """UsdPreviewSurface's inputs, linear colours; a channel in ``textures`` goes over its value.

    ``is_solid_glass``: the surface bounds something clear, which is ``color`` by how much passes.
    """

    name: str
    color: tuple[float, float, float] = (0.5, 0.5, 0.5)
    metallic: float = 0.0
    roughness: float = 0.5
    clearcoat: float = 0.0
    clearcoat_roughness: float = 0.03
    opacity: float = 1.0
    ior: float = 1.5
    emissive: tuple[float, float, float] = (0.0, 0.0, 0.0)
    is_solid_glass: bool = False
    textures: dict[str, Channel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surface:
    """One triangle mesh of the geometry file, by its number there; ``label`` is what masks call it.

    Where it moves, ``moves`` says for each frame what takes it there from the mesh's place, or, where it also
    bends, ``shapes`` lists the number of its mesh in each frame.
    """

    path: str
    label: str
    material: int
    index: int
    moves: list[Matrix] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)

    @property
    def is_moving(self) -> bool:
        return bool(self.moves or self.shapes)


@dataclass(frozen=True, slots=True)
class Triangles:
    """``points`` (n, 3) in stage units, ``faces`` (m, 3), ``normals`` (n, 3) and ``uvs`` (n, 2) or empty."""

    points: NDArray[np.float32]
    faces: NDArray[np.uint32]
    normals: NDArray[np.float32]
    uvs: NDArray[np.float32]

    def moved(self, matrix: Matrix) -> Triangles:
        """Transform by a 4x4 matrix of row vectors."""
        turn, by = np.array(matrix)[:3, :3], np.array(matrix)[3, :3]
        normals = self.normals @ np.linalg.pinv(turn).T
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-20)
        points = np.ascontiguousarray(self.points @ turn + by, np.float32)
        return Triangles(points, self.faces, np.ascontiguousarray(normals, np.float32), self.uvs)


@dataclass(frozen=True, slots=True)
class RenderJob:
    """Everything a worker needs. Only ``keyframes`` have their beauty rendered; all frames have signals.

    ``ev`` None means: find it.
    """

    usd: str
    camera_path: str
    meters_per_unit: float
    fps: float
    width: int
    height: int
    spp: int
    seed: int
    ev: float | None
    levels: Levels
    out_dir: str
    stage_hash: str
    keyframes: list[int]
    frames: list[FrameCamera]
    lights: list[LightSource]
    materials: list[Material]
    surfaces: list[Surface]
    passes: list[str]
    warnings: list[str] = field(default_factory=list)
    up: str = "Y"

    @property
    def labels(self) -> dict[str, str]:
        """Give what each prim is called."""
        return {surface.path: surface.label for surface in self.surfaces}

    @property
    def is_moving(self) -> bool:
        """Tell whether anything but the camera moves."""
        return any(surface.is_moving for surface in self.surfaces)

    def view_of(self, camera: FrameCamera) -> str:
        """Name what a frame shows: the same name, the same picture."""
        return repr(camera if self.is_moving else replace(camera, frame=0))

    def passes_of(self, frame: int) -> list[str]:
        """List what a renderer makes of one frame; the beauty, under the name ``frames``, comes last."""
        return [*self.passes, *(["frames"] if frame in self.keyframes else [])]


def write_job(job: RenderJob, geometry: list[Triangles], folder: Path) -> None:
    arrays: dict[str, Any] = {}
    for index, mesh in enumerate(geometry):
        for name in ("points", "faces", "normals", "uvs"):
            arrays[f"{index}.{name}"] = getattr(mesh, name)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    write_atomically(folder / GEOMETRY, buffer.getvalue())
    body = asdict(job) | {"labels": job.labels}
    write_atomically(folder / JOB, json.dumps(body, indent=1).encode())


def read_job(folder: Path) -> RenderJob:
    """Read a job.

    Raises:
        UnusableInputError: there is none, or it is damaged.
    """
    try:
        raw = json.loads((folder / JOB).read_text(encoding="utf-8"))
        raw.pop("labels")
        materials = [
            Material(**one | {"textures": {key: Channel(**value) for key, value in one["textures"].items()}})
            for one in raw.pop("materials")
        ]
        return RenderJob(
            **raw
            | {
                "levels": Levels(raw["levels"]["product"], tuple(raw["levels"]["backdrop"])),
                "frames": [FrameCamera(**one) for one in raw["frames"]],
                "lights": [LightSource(**one) for one in raw["lights"]],
                "surfaces": [Surface(**one) for one in raw["surfaces"]],
                "materials": materials,
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableInputError(
            f"The render job in {folder} is damaged: {error}.", "Build it again."
        ) from error


def shape_at(surface: Surface, geometry: list[Triangles], place: int) -> Triangles:
    """Give a surface's mesh in the frame at ``place`` of the job's."""
    if surface.shapes:
        return geometry[surface.shapes[place]]
    mesh = geometry[surface.index]
    return mesh.moved(surface.moves[place]) if surface.moves else mesh


def read_geometry(folder: Path) -> list[Triangles]:
    with np.load(folder / GEOMETRY) as arrays:
        count = len({name.partition(".")[0] for name in arrays.files})
        return [
            Triangles(*(arrays[f"{i}.{name}"] for name in ("points", "faces", "normals", "uvs")))
            for i in range(count)
        ]
