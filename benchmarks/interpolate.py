"""How good and how dear pictures between pictures are.

``accuracy``: of each clip every second frame is dropped and drawn again; PSNR in RGB against the truth,
beside a plain duplicate, a blend, and optical flow as published with the project's first measurements (DIS
medium, warp of 8-bit RGB). ``throughput``: doubling a 1080p clip as a stream, against its parts measured
alone and against PNG files between decoding, interpolating and encoding with the same back-end.

Run it with ``python -m benchmarks.interpolate accuracy|throughput CLIP…``.
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.colour import rgb_picture, yuv_picture
from clappper.media.cuts import CutFinder
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.interpolate.dis import DisInterpolator
from clappper.media.interpolate.film import OPTIONS, write_interpolated
from clappper.media.interpolate.rife import RifeInterpolator
from clappper.media.interpolate.warp import Interpolator
from clappper.media.models import ModelStore
from clappper.media.picture import Yuv
from clappper.media.probe import probe

PIXELS = 960 * 540
Colours = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["accuracy", "throughput"])
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--frames", type=int, default=21)
    parser.add_argument("--rife", action="store_true", help="measure RIFE on the processor too")
    parser.add_argument("--twice", action="store_true", help="let RIFE draw each picture twice: rife-best")
    arguments = parser.parse_args()
    if arguments.what == "throughput":
        for clip in arguments.clips:
            throughput(clip, arguments.frames)
        return
    print("| clip | size | duplicate | blend | published DIS | ours | RIFE | CPU s a frame, ours / RIFE |")
    print("|---|---|---|---|---|---|---|---|")
    for clip in arguments.clips:
        rife = opened_rife(twice=arguments.twice) if arguments.rife or arguments.twice else None
        print(accuracy(clip, arguments.frames, rife), flush=True)


def accuracy(clip: Path, frames: int, rife: Interpolator | None) -> str:
    pictures = read(clip, frames)
    finder, flow = CutFinder(), DisInterpolator()
    scores: dict[str, list[float]] = {
        name: [] for name in ("duplicate", "blend", "published", "ours", "rife")
    }
    spent = {"ours": 0.0, "rife": 0.0}
    for at in range(0, len(pictures) - 2, 2):
        one, truth, other = pictures[at : at + 3]
        if finder.between(one.y, other.y):
            continue
        wanted = rgb_picture(truth)
        ends = rgb_picture(one), rgb_picture(other)
        scores["duplicate"].append(psnr(ends[0], wanted))
        scores["blend"].append(psnr((ends[0] + ends[1]) * np.float32(0.5), wanted))
        scores["published"].append(psnr(published(*ends), wanted))
        for name, interpolator in (("ours", flow), ("rife", rife)):
            if interpolator is not None:
                begun = time.process_time()
                made = interpolator.mid(one, other, 0.5)
                spent[name] += time.process_time() - begun
                scores[name].append(psnr(rgb_picture(made), wanted))
    means = [f"{np.mean(values):.2f}" if values else "–" for values in scores.values()]
    count = max(1, len(scores["ours"]))
    costs = f"{spent['ours'] / count:.2f} / {spent['rife'] / count:.2f}"
    size = f"{pictures[0].width}x{pictures[0].height}"
    return f"| {clip.stem} | {size} | {' | '.join(means)} | {costs} |"


def published(one: Colours, other: Colours) -> Colours:
    """Two-way DIS warp at the middle as in the project's own measurements, on 8-bit RGB."""
    pair = [np.rint(picture * 255).astype(np.uint8) for picture in (one, other)]
    greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pair]
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    there = dis.calc(greys[0], greys[1], None)  # type: ignore[call-overload]
    back = dis.calc(greys[1], greys[0], None)  # type: ignore[call-overload]
    x, y = np.meshgrid(*(np.arange(side, dtype=np.float32) for side in greys[0].shape[::-1]))

    def warp(values: NDArray[np.generic], flow: Colours) -> Colours:
        places = x + flow[..., 0], y + flow[..., 1]
        fetched = cv2.remap(
            values.astype(np.float32), *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(fetched, np.float32)

    total = np.float32(0)
    weights = np.float32(0)
    for picture, mine, theirs in ((pair[0], there, back), (pair[1], back, there)):
        missed = mine + warp(theirs, mine)
        trust = 0.5 * np.exp(-(missed**2).sum(axis=-1) / 4) + 1e-3
        total = total + warp(picture, -0.25 * mine + 0.25 * theirs) * trust[..., None]
        weights = weights + trust[..., None]
    return np.asarray(np.clip(np.rint(total / weights), 0, 255) / 255, np.float32)


def throughput(clip: Path, frames: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        short = Path(folder, "short.mp4")
        write(short, read(clip, frames, pixels=1920 * 1080), clip)
        pictures = read(short, frames, pixels=1920 * 1080)
        with measured("decode") as decode:
            read(short, frames, pixels=1920 * 1080, keep=False)
        flow = DisInterpolator()
        doubled: list[Yuv] = []
        with measured("flow and warp") as warp:
            for one, other in itertools.pairwise(pictures):
                doubled += [one, flow.mid(one, other, 0.5)]
        doubled += [pictures[-1]] * 2
        with measured("encode") as encode:
            write(Path(folder, "alone.mp4"), doubled, clip)
        with measured("stream") as stream:
            write_interpolated(short, Path(folder, "stream.mp4"), DisInterpolator(), 2)
        with measured("PNG files") as files:
            through_files(short, Path(folder), frames)
    parts = {name: decode[name] + warp[name] + encode[name] for name in ("cpu", "wall")}
    for name, these, those in (("stream / parts", stream, parts), ("PNG files / stream", files, stream)):
        print(f"{name}: CPU {these['cpu'] / those['cpu']:.2f}, wall {these['wall'] / those['wall']:.2f}")


def through_files(clip: Path, folder: Path, frames: int) -> None:
    """Do it the usual way: a folder of PNG files in, a folder of PNG files out."""
    for number, picture in enumerate(read(clip, frames, pixels=1920 * 1080)):
        save(folder / f"in{number:05}.png", picture)
    flow = DisInterpolator()
    for number in range(frames):
        one = load(folder / f"in{number:05}.png")
        other = load(folder / f"in{min(number + 1, frames - 1):05}.png")
        save(folder / f"out{2 * number:05}.png", one)
        save(folder / f"out{2 * number + 1:05}.png", flow.mid(one, other, 0.5))
    pictures = (load(folder / f"out{number:05}.png") for number in range(2 * frames))
    write(folder / "files.mp4", pictures, clip)


def save(path: Path, picture: Yuv) -> None:
    cv2.imwrite(str(path), np.rint(rgb_picture(picture)[..., ::-1] * 255).astype(np.uint8))


def load(path: Path) -> Yuv:
    picture = cv2.imread(str(path))
    assert picture is not None
    return yuv_picture(np.asarray(picture[..., ::-1], np.float32) / np.float32(255))


def read(clip: Path, frames: int, *, pixels: int = PIXELS, keep: bool = True) -> list[Yuv]:
    """Read the first frames, reduced to about ``pixels``."""
    facts = probe(clip)
    scale = min(1.0, (pixels / (facts.width * facts.height)) ** 0.5)
    width, height = (round(side * scale / 2) * 2 for side in (facts.width, facts.height))
    total = min(frames, facts.rate.frame_at(facts.duration_seconds))
    with FrameReader(clip, rate=facts.rate, width=width, height=height) as reader:
        pictures = (reader.at(number) for number in range(total))
        return [picture.copy() for picture in pictures] if keep else [list(pictures)[-1]]


def write(path: Path, pictures: Iterator[Yuv] | list[Yuv], like: Path) -> None:
    facts = probe(like)
    pictures = iter(pictures)
    first = next(pictures)
    encoding = Encoding(first.width, first.height, facts.rate, options=OPTIONS)
    with FrameWriter(path, encoding) as writer:
        writer.write(first)
        for picture in pictures:
            writer.write(picture)


def opened_rife(*, twice: bool = False) -> Interpolator:
    models = ModelStore.open(Path(tempfile.gettempdir()))
    return RifeInterpolator.on_processor(models.get("rife-hdv3"), DisInterpolator(), twice=twice)


def psnr(made: Colours, truth: Colours) -> float:
    return float(-10 * np.log10(max(1e-10, float(np.mean((made - truth) ** 2)))))


@contextmanager
def measured(name: str, show: Callable[[str], None] = print) -> Iterator[dict[str, float]]:
    cost: dict[str, float] = {}
    before, begun = os.times(), time.perf_counter()
    yield cost
    after = os.times()
    cost["cpu"] = after.user + after.system - before.user - before.system
    cost["wall"] = time.perf_counter() - begun
    show(f"{name:14} {cost['cpu']:6.2f} CPU s {cost['wall']:6.2f} s")


if __name__ == "__main__":
    main()
