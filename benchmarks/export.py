"""What an export costs, against ffmpeg on the same clips with the same x264 settings.

The edit: 15 s of 1080x1920 at 30 frames a second, five H.264 clips, four dissolves, a LUT, a logo throughout,
price and button titles, music. Three whole processes are measured one after the other, in processor seconds
of the process and its children, so that a busy machine changes little:

* clappper: this program's export of the edit, start of Python and baking of the LUT included;
* transcode: ffmpeg decoding and re-encoding the same 450 pictures and the sound, and nothing else;
* graph: ffmpeg doing the same edit with its own filters (xfade, lut3d, overlay).

Run it with ``python -m benchmarks.export [--media FOLDER] [--rounds N]``; it needs an ffmpeg on the path.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from clappper.base.units import FrameRange, FrameRate
from clappper.media.audio import write_wav
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import SAMPLE_RATE, Encoding
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.overlays import TitlePainter
from clappper.timeline.model import (
    Branding,
    Clip,
    Footage,
    Look,
    MediaKind,
    Take,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
    from_json,
    to_json,
)

RATE = FrameRate(30)
CANVAS = Canvas.of("9:16")
CANVAS_SIZE = (CANVAS.width, CANVAS.height)
SCENE_FRAMES, SCENES, DISSOLVE_FRAMES, SPARE_FRAMES = 90, 5, 14, 15
CLIP_FRAMES = SCENE_FRAMES + 2 * SPARE_FRAMES
LENGTH = SCENE_FRAMES * SCENES
X264 = (
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-crf",
    "20",
    "-profile:v",
    "high",
    "-g",
    "60",
    "-threads",
    "4",
)
AAC = ("-c:a", "aac", "-b:a", "192k")
REAL_CLIPS = (
    "coffee-pour_720p2997.mp4",
    "dog-frisbee_720p2997.mp4",
    "vertical-woman-cup_720x1364.mp4",
    "spices_720p.mp4",
    "butterfly_720p2997.mp4",
)
SHOWN = {
    TitleRole.LOGO: FrameRange(0, LENGTH),
    TitleRole.PRICE: FrameRange(180, 270),
    TitleRole.BUTTON: FrameRange(360, LENGTH),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process used."""

    cpu_seconds: float
    wall_seconds: float
    peak_megabytes: float


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--media", type=Path, default=Path("../shared/media"), help="folder with real clips")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="work here and leave everything for a look")
    parser.add_argument("--export-only", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.export_only:
        export_edit(options.export_only)
        return
    if shutil.which("ffmpeg") is None:
        sys.exit("The comparison needs an ffmpeg on the path.")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        prepare(folder, options.media)
        report(folder, options.rounds)


def export_edit(folder: Path) -> None:
    """Do what is measured as ``clappper``."""
    from clappper.media.audio import read_audio
    from clappper.render.export import export
    from clappper.render.presets import preset_named

    timeline = from_json((folder / "edit.json").read_bytes())
    music = read_audio(folder / "music.wav")
    export(timeline, folder, folder / "clappper.mp4", preset_named("9:16@30"), audio=music)


def prepare(folder: Path, media: Path) -> None:
    for number in range(SCENES):
        if not (folder / f"clip{number}.mp4").exists():
            make_clip(folder / f"clip{number}.mp4", media / "real" / REAL_CLIPS[number], number)
    write_lut(folder / "film.cube")
    (folder / "logo.svg").write_text(LOGO)
    seconds = np.arange(SAMPLE_RATE * LENGTH // 30) / SAMPLE_RATE
    beat = 1 + np.sin(2 * np.pi * 2 * seconds)
    tone = (0.1 * np.sin(2 * np.pi * 220 * seconds) * beat).astype(np.float32)
    write_wav(folder / "music.wav", np.stack([tone, tone], axis=1))
    timeline = edit()
    (folder / "edit.json").write_text(to_json(timeline), "utf-8")
    draw_titles(folder, timeline)


LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60">
<circle cx="30" cy="30" r="24" fill="#E8A33D"/>
<path d="M70 12h18v36H70zM98 12h18v36H98zM126 12h60v14h-60zM126 34h60v14h-60z" fill="#FFFFFF"/></svg>"""


def make_clip(path: Path, source: Path, number: int) -> None:
    """Make a scene of ordinary delivery quality from a real clip, or from drifting texture without one."""
    encoding = Encoding(CANVAS.width, CANVAS.height, RATE, options={"preset": "veryfast", "crf": "18"})
    with FrameWriter(path, encoding) as writer:
        if source.exists():
            with FrameReader(source, rate=RATE, width=CANVAS.width, height=CANVAS.height) as reader:
                for frame in range(CLIP_FRAMES):
                    writer.write(reader.at(frame))
            return
        for frame in range(CLIP_FRAMES):
            writer.write(texture(number, frame))


def texture(seed: int, frame: int) -> Yuv:
    """Paint clouds of several scales that drift at different speeds."""
    import cv2

    picture = Yuv.empty(CANVAS.width, CANVAS.height)
    total = np.zeros((CANVAS.height, CANVAS.width), np.float32)
    for octave in range(2, 8):
        points = 2**octave
        cells = np.random.default_rng([seed, octave]).standard_normal((points + 4, points + 4), np.float32)
        shift = np.array([[points / CANVAS.width, 0, frame * 0.01], [0, points / CANVAS.height, 0]])
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        total += cv2.warpAffine(cells, shift, CANVAS_SIZE, flags=flags) * 0.5 ** (octave - 2)
    picture.y[...] = np.clip(118 + 28 * total, 16, 235).astype(np.uint8)
    picture.u[...] = np.clip(128 + 12 * total[::2, ::2], 16, 240).astype(np.uint8)
    picture.v[...] = np.clip(128 - 10 * total[1::2, ::2], 16, 240).astype(np.uint8)
    return picture


def write_lut(path: Path) -> None:
    """Write a gentle film look of 33 points: a soft curve, warm lights, cool shadows."""
    steps = np.linspace(0, 1, 33)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    curve = [channel**gamma for channel, gamma in ((red, 0.95), (green, 1.0), (blue, 1.06))]
    rows = np.stack([0.02 + 0.95 * channel for channel in curve], axis=-1).reshape(-1, 3)
    lines = ["LUT_3D_SIZE 33", *(" ".join(f"{value:.6f}" for value in row) for row in rows)]
    path.write_text("\n".join(lines), "ascii")


def edit() -> Timeline:
    clips = []
    for number in range(SCENES):
        take = Take(
            f"t{number}", f"clip{number}.mp4", MediaKind.VIDEO, FrameRange(0, CLIP_FRAMES), *CANVAS_SIZE
        )
        dissolve = Transition(TransitionKind.DISSOLVE, DISSOLVE_FRAMES) if number else None
        placed = FrameRange(number * SCENE_FRAMES, (number + 1) * SCENE_FRAMES)
        clips.append(Clip(f"c{number}", Footage((take,)), placed, SPARE_FRAMES, transition=dissolve))
    titles = (
        (Title(TitleRole.LOGO, image="logo.svg"), SHOWN[TitleRole.LOGO]),
        (Title(TitleRole.PRICE, "$49.90"), SHOWN[TitleRole.PRICE]),
        (Title(TitleRole.BUTTON, "Shop now"), SHOWN[TitleRole.BUTTON]),
    )
    overlays = tuple(
        Track(f"o{number}", TrackKind.OVERLAY, "", (Clip(f"title{number}", title, placed),))
        for number, (title, placed) in enumerate(titles)
    )
    return Timeline(
        "bench",
        "bench",
        RATE,
        LENGTH,
        (Track("v", TrackKind.VIDEO, "", tuple(clips)), *overlays),
        Look(lut="film.cube"),
        Branding(),
    )


def draw_titles(folder: Path, timeline: Timeline) -> None:
    """Write each title, settled, as a PNG of the canvas's size for ffmpeg's overlay."""
    from PIL import Image

    for number, role in enumerate(SHOWN):
        alone = Timeline("t", "t", RATE, LENGTH, (timeline.tracks[1 + number],), branding=timeline.branding)
        picture = Image.new("RGBA", CANVAS_SIZE)
        middle = (SHOWN[role].start + SHOWN[role].end) // 2
        for layer in TitlePainter(alone, folder, CANVAS).layers(middle):
            picture.alpha_composite(Image.fromarray(layer.rgba), (max(layer.x, 0), max(layer.y, 0)))
        box = picture.getbbox() or (0, 0, 2, 2)
        picture.crop(box).save(folder / f"{role}.png")
        (folder / f"{role}.txt").write_text(f"{box[0]}:{box[1]}")


def transcode_command(folder: Path) -> list[str]:
    first, last = (RATE.seconds_at(frame) for frame in (SPARE_FRAMES, SPARE_FRAMES + SCENE_FRAMES))
    parts = [f"file clip{number}.mp4\ninpoint 0\noutpoint {last - first:.4f}" for number in range(SCENES)]
    (folder / "parts.txt").write_text("\n".join(parts))
    inputs = ["-f", "concat", "-safe", "0", "-i", str(folder / "parts.txt"), "-i", str(folder / "music.wav")]
    return [*FFMPEG, *inputs, *X264, *AAC, str(folder / "transcode.mp4")]


FFMPEG = ("ffmpeg", "-v", "error", "-nostdin", "-y")


def graph_command(folder: Path) -> list[str]:
    """Build ffmpeg's own version of the edit."""
    overlap = Fraction(DISSOLVE_FRAMES, 30)
    inputs: list[str] = []
    for number in range(SCENES):
        half = DISSOLVE_FRAMES // 2
        lead, tail = (half if number else 0), (half if number < SCENES - 1 else 0)
        start, length = SPARE_FRAMES - lead, SCENE_FRAMES + lead + tail
        inputs += [
            "-ss",
            f"{start / 30:.5f}",
            "-t",
            f"{length / 30:.5f}",
            "-i",
            str(folder / f"clip{number}.mp4"),
        ]
    for role in SHOWN:
        inputs += ["-i", str(folder / f"{role}.png")]
    inputs += ["-i", str(folder / "music.wav")]
    steps, last = [], "0:v"
    for number in range(1, SCENES):
        offset = float(Fraction(number * SCENE_FRAMES, 30) - overlap / 2)
        steps.append(
            f"[{last}][{number}:v]xfade=fade:duration={float(overlap):.5f}:offset={offset:.5f}[x{number}]"
        )
        last = f"x{number}"
    steps.append(f"[{last}]lut3d={folder / 'film.cube'}[graded]")
    last = "graded"
    for number, (role, frames) in enumerate(SHOWN.items()):
        place = (folder / f"{role}.txt").read_text()
        when = f"between(n,{frames.start},{frames.end - 1})"
        steps.append(f"[{last}][{SCENES + number}:v]overlay={place}:enable='{when}'[o{number}]")
        last = f"o{number}"
    steps.append(f"[{last}]format=yuv420p[out]")
    maps = ["-map", "[out]", "-map", f"{SCENES + len(SHOWN)}:a", "-frames:v", str(LENGTH)]
    return [
        *FFMPEG,
        *inputs,
        "-filter_complex",
        ";".join(steps),
        *maps,
        *X264,
        *AAC,
        str(folder / "graph.mp4"),
    ]


def measured(command: Sequence[str]) -> Cost:
    """Run a process to its end and tell what it and its children used."""
    started = time.monotonic()
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} failed with {process.returncode}.")
    wall = time.monotonic() - started
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1000)


def report(folder: Path, rounds: int) -> None:
    ours = [sys.executable, "-m", "benchmarks.export", "--export-only", str(folder)]
    commands = {"clappper": ours, "transcode": transcode_command(folder), "graph": graph_command(folder)}
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _, (name, command) in itertools.product(range(rounds), commands.items()):
        costs[name].append(measured(command))
    base = statistics.median(cost.cpu_seconds for cost in costs["transcode"])
    print("| | CPU s | x transcode | wall s | peak MB | file MB |\n|---|---|---|---|---|---|")
    for name, measurements in costs.items():
        cpu = statistics.median(cost.cpu_seconds for cost in measurements)
        wall = statistics.median(cost.wall_seconds for cost in measurements)
        size = (folder / f"{name}.mp4").stat().st_size / 1e6
        peak = max(cost.peak_megabytes for cost in measurements)
        print(f"| {name} | {cpu:.1f} | {cpu / base:.2f} | {wall:.1f} | {peak:.0f} | {size:.1f} |")


if __name__ == "__main__":
    main()
