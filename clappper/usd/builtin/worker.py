"""The built-in renderer's process: a folder with a job in, the same folder with pictures out."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from clappper.base.errors import ClappperError
from clappper.store.files import write_atomically
from clappper.usd import folder as files
from clappper.usd.builtin import variant
from clappper.usd.exr import write_channels
from clappper.usd.packet import FrameCamera, RenderJob, read_geometry, read_job, write_job
from clappper.usd.speech import say

NAME = "builtin"
MISSING = "The 3D renderer is not installed."
HOW_TO_GET = 'Install it with: pip install "clappper[render]".'


def render(folder: Path) -> None:
    """Render what is not finished yet.

    Raises:
        ClappperError: Mitsuba or the denoiser is not installed.
        UnusableInputError: the job cannot be read.
    """
    job = read_job(folder)
    chosen = variant.choose()
    mi = _mitsuba(chosen)
    say("ready", backend=NAME, version=mi.__version__, device=chosen)
    if chosen == variant.PLAIN:
        slow = "No usable LLVM library was found: the renderer works, but about 3.5 times slower."
        job.warnings.append(slow)
        say("warning", code="no_llvm", message=f"{slow} Install LLVM 16 or newer (Debian: libllvm19).")
    sidecar = files.begin(
        folder,
        job,
        files.Sidecar(NAME, mi.__version__, chosen, job.stage_hash, job.seed, job.spp, job.width, job.height,
                      job.ev, warnings=list(job.warnings)),
    )  # fmt: skip
    files.write_camera(folder, job)
    if "masks" in job.passes:
        files.write_labels(folder, job)
    _render_frames(mi, folder, job, sidecar)


def expose(folder: Path) -> None:
    """Find the exposure for a renderer that does not, and write it into the job.

    Raises:
        ClappperError: Mitsuba is not installed.
    """
    from clappper.usd.builtin.passes import Tracer

    job = read_job(folder)
    geometry = read_geometry(folder)
    tracer = Tracer(_mitsuba(variant.choose()), replace(job, passes=[]), geometry)
    write_job(replace(job, ev=tracer.exposure(job.frames[-1])), geometry, folder)


def measure(folder: Path) -> None:
    """Say how long one frame takes on this machine, from a timed draft.

    Raises:
        ClappperError: Mitsuba is not installed.
    """
    from clappper.usd.builtin.passes import Tracer

    job = read_job(folder)
    chosen = variant.choose()
    tracer = Tracer(_mitsuba(chosen), replace(job, passes=[]), read_geometry(folder))
    say("measured", seconds_a_frame=round(tracer.seconds_a_frame(job.frames[-1]), 3), device=chosen)


def _mitsuba(chosen: str) -> Any:
    try:
        import mitsuba
        import mitsuba_oidn  # noqa: F401 - asked for here, so that its absence has one sentence
    except ImportError as error:
        raise ClappperError(MISSING, HOW_TO_GET) from error
    mitsuba.set_variant(chosen)
    return mitsuba


def _render_frames(mi: Any, folder: Path, job: RenderJob, sidecar: files.Sidecar) -> None:
    from clappper.usd.builtin.passes import Tracer

    wanted = [camera for camera in job.frames if not files.is_finished(folder, job, camera.frame)]
    done = len(job.frames) - len(wanted)
    if not wanted:
        return
    tracer = Tracer(mi, job, read_geometry(folder))
    if sidecar.ev is None:
        sidecar.ev = job.ev if job.ev is not None else tracer.exposure(job.frames[-1])
    seen: dict[str, int] = {}
    for camera in wanted:
        began = time.process_time()
        view = f"{camera.frame in job.keyframes} {job.view_of(camera)}"
        if view in seen:
            files.share(folder, job, seen[view], camera.frame)
        else:
            _render_frame(tracer, folder, job, camera, sidecar.ev)
            seen[view] = camera.frame
        spent = round(time.process_time() - began, 2)
        sidecar.cpu_seconds[str(camera.frame)] = spent
        files.write_sidecar(folder, sidecar)
        done += 1
        say("frame", i=camera.frame, done=done, n=len(job.frames), cpu_s=spent)


def _render_frame(tracer: Any, folder: Path, job: RenderJob, camera: FrameCamera, ev: float) -> None:
    """Write one frame's passes, the beauty last: it is what says that a frame is finished."""
    from clappper.usd.builtin.tonemap import develop

    def place(name: str) -> Path:
        return files.frame_file(folder, job, name, camera.frame)

    tracer.pose(camera)
    light = tracer.beauty(camera) if {"shadow", files.BEAUTY} & set(job.passes_of(camera.frame)) else None
    if {"masks", "depth", "normal"} & set(job.passes):
        names = tracer.names(camera)
        if "masks" in job.passes:
            write_png(place("masks"), np.round(np.clip(names.cover, 0, 1) * 255).astype(np.uint8))
        if "depth" in job.passes:
            write_channels(place("depth"), {"Z": names.depth})
        if "normal" in job.passes:
            axes = {axis: names.normal[..., index] for index, axis in enumerate("XYZ")}
            write_channels(place("normal"), axes, half=True)
    if "shadow" in job.passes and light is not None:
        write_png(place("shadow"), np.round(tracer.shadow(camera, light) * 255).astype(np.uint8))
    if camera.frame in job.keyframes and light is not None:
        write_png(place(files.BEAUTY), develop(light, ev))


def write_png(path: Path, pixels: Any) -> None:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=4)
    write_atomically(path, buffer.getvalue())
