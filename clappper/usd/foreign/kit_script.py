"""Renders a scene's folder inside a headless Omniverse Kit app: ``--exec "kit_script.py FOLDER"``.

It stands alone. With Replicator it writes beauty, masks and depth; without it, Kit's own capture gives the
beauty only. Names follow Kit 110, Replicator 1.12 and omni.kit.capture.viewport 1.8.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

SETTLE_UPDATES = 30
CHANNELS = {"product": 0, "logo": 1, "backdrop": 2}


def say(event: str, **facts: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def masks_of(answer: dict[str, Any]) -> Any:
    """Paint labels from Replicator's answer: product red, logo green, backdrop blue."""
    numbers = np.asarray(answer["data"]).reshape(np.asarray(answer["data"]).shape[:2])
    picture = np.zeros((*numbers.shape, 3), np.uint8)
    for number, labels in answer["info"]["idToLabels"].items():
        name = labels["class"] if isinstance(labels, dict) and "class" in labels else ""
        for part in str(name).split(","):
            if part in CHANNELS:
                picture[numbers == int(number), CHANNELS[part]] = 255
    return picture


async def open_stage(job: dict[str, Any]) -> None:
    import omni.kit.app
    import omni.usd

    context = omni.usd.get_context()
    opened, reason = await context.open_stage_async(job["usd"])
    if not opened:
        raise RuntimeError(f"failed to open USD layer: {reason}")
    for _ in range(SETTLE_UPDATES):
        await omni.kit.app.get_app().next_update_async()


async def replicate(job: dict[str, Any], folder: Path) -> None:
    """Step through the frames and write what each annotator gives, under our own names."""
    import omni.replicator.core as rep
    import omni.timeline

    rep.settings.set_render_pathtraced(samples_per_pixel=job["spp"])
    product = rep.create.render_product(job["camera_path"], (job["width"], job["height"]))
    wanted: dict[str, dict[str, Any]] = {
        "rgb": {},
        "distance_to_image_plane": {},
        "semantic_segmentation": {"colorize": False, "semanticTypes": ["class"]},
    }
    readers = {}
    for name, options in wanted.items():
        reader = rep.AnnotatorRegistry.get_annotator(name, **({"init_params": options} if options else {}))
        reader.attach([product])
        readers[name] = reader
    clock = omni.timeline.get_timeline_interface()
    out = folder / job["out_dir"]
    for done, camera in enumerate(job["frames"], 1):
        frame = camera["frame"]
        clock.set_current_time(frame / job["fps"])
        await rep.orchestrator.step_async(rt_subframes=-1, delta_time=0.0, pause_timeline=True)
        save(out / "masks" / f"{frame:04d}.png", masks_of(readers["semantic_segmentation"].get_data()))
        save(out / "depth" / f"{frame:04d}.exr", np.asarray(readers["distance_to_image_plane"].get_data()))
        if frame in job["keyframes"]:
            save(folder / "frames" / f"{frame:04d}.png", np.asarray(readers["rgb"].get_data())[..., :3])
        say("frame", i=frame, done=done, n=len(job["frames"]))


async def capture(job: dict[str, Any], folder: Path) -> None:
    """Let Kit's own capture write the beauty; it makes no signals."""
    import omni.kit.app
    from omni.kit.capture.viewport import CaptureExtension, CaptureOptions, CaptureRenderPreset

    say("warning", code="no_replicator", message="Replicator is not there: no masks and no depth are made.")
    options = CaptureOptions()
    options.camera, options.fps = job["camera_path"], job["fps"]
    options.start_frame, options.end_frame = 0, len(job["frames"]) - 1
    options.res_width, options.res_height = job["width"], job["height"]
    options.render_preset = CaptureRenderPreset.PATH_TRACE
    options.path_trace_spp = job["spp"]
    options.output_folder, options.file_name = str(folder / "capture"), "beauty"
    options.file_type, options.overwrite_existing_frames = ".png", True
    recorder = CaptureExtension.get_instance()
    recorder.options = options
    recorder.start()
    while not recorder.done:
        await omni.kit.app.get_app().next_update_async()
    made = sorted((folder / "capture").rglob("*.png"))
    for done, (camera, picture) in enumerate(zip(job["frames"], made, strict=False), 1):
        picture.replace(folder / "frames" / f"{camera['frame']:04d}.png")
        say("frame", i=camera["frame"], done=done, n=len(job["frames"]))


def save(path: Path, pixels: Any) -> None:
    """Write through the worker's own small writers, which lie beside this script."""
    import ovrtx_worker

    (ovrtx_worker.write_exr if path.suffix == ".exr" else ovrtx_worker.write_png)(path, pixels)


async def work(folder: Path) -> int:
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    say("ready", backend="kit", version="", device="rtx")
    try:
        await open_stage(job)
        try:
            await replicate(job, folder)
        except ImportError:
            await capture(job, folder)
    except Exception as error:  # noqa: BLE001 - the outermost step inside Kit: the parent tells the person
        say("error", code="render", message=f"Kit failed: {str(error)[:200]}.")
        return 5
    say("done")
    return 0


async def main(folder: Path) -> None:
    import omni.kit.app

    code = await work(folder)
    omni.kit.app.get_app().post_quit(code)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    asyncio.ensure_future(main(Path(sys.argv[-1])))  # noqa: RUF006 - Kit's loop runs it
