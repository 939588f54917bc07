"""Ways to apply a LUT to planar YUV: what each costs and how far it is from exact RGB interpolation.

Run it with ``python -m benchmarks.lut [--media FOLDER]``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
from av.filter import Graph

from benchmarks.export import CANVAS, REAL_CLIPS, texture, write_lut
from clappper.base.units import FrameRate
from clappper.media.colour import ColourTransform, rgb_of
from clappper.media.conform import planes_of
from clappper.media.cube import Colours, read_cube
from clappper.media.decode import FrameReader
from clappper.media.picture import Yuv


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--media", type=Path, default=Path("../shared/media"), help="folder with real clips")
    parser.add_argument("--lut", type=Path, help="a .cube file instead of the built-in one")
    options = parser.parse_args(arguments)
    path = options.lut or Path("benchmark.cube")
    if options.lut is None:
        write_lut(path)
    try:
        compare(path, picture_from(options.media / "real" / REAL_CLIPS[2]))
    finally:
        if options.lut is None:
            path.unlink()


def picture_from(clip: Path) -> Yuv:
    if not clip.exists():
        return texture(0, 0)
    with FrameReader(clip, rate=FrameRate(30), width=CANVAS.width, height=CANVAS.height) as reader:
        return reader.at(20).copy()


def compare(path: Path, picture: Yuv) -> None:
    lut = read_cube(path)
    started = time.process_time()
    transform = ColourTransform(lut=lut)
    baked = time.process_time() - started
    exact = lut.apply(in_rgb(picture))
    print("| kernel | ms a frame (CPU) | mean error | 99 % |\n|---|---|---|---|")
    ways: dict[str, Callable[[], Yuv]] = {
        f"baked table, gathered by remap (baking: {baked:.2f} s)": lambda: transform.apply(picture),
        "libavfilter lut3d, tetrahedral, 8-bit RGB": filtered(path, picture, "tetrahedral"),
        "libavfilter lut3d, trilinear, 8-bit RGB": filtered(path, picture, "trilinear"),
        "float RGB in numpy, exact": lambda: exactly(picture, lut.apply),
    }
    for name, way in ways.items():
        error = np.abs(in_rgb(way()) - np.clip(exact, 0, 1)) * 255
        row = (f"{milliseconds(way):.1f}", f"{error.mean():.2f}", f"{np.percentile(error, 99):.1f}")
        print(f"| {name} | {' | '.join(row)} |")


def milliseconds(way: Callable[[], Yuv]) -> float:
    """Measure processor time, repeating for about a second."""
    repeats, started = 0, time.process_time()
    while time.process_time() - started < 1 or repeats < 3:
        way()
        repeats += 1
    return (time.process_time() - started) / repeats * 1000


def in_rgb(picture: Yuv) -> Colours:
    u, v = (plane.repeat(2, 0).repeat(2, 1).astype(np.float32) for plane in (picture.u, picture.v))
    return np.clip(rgb_of(picture.y.astype(np.float32), u, v), 0, 1)


def filtered(path: Path, picture: Yuv, interpolation: str) -> Callable[[], Yuv]:
    """Build libavfilter's way: to planar RGB, through lut3d, and back."""
    frame = av.VideoFrame(picture.width, picture.height, "yuv420p")
    planes_of(frame).fill(picture)
    graph = Graph()
    size = f"video_size={picture.width}x{picture.height}"
    graph.link_nodes(
        graph.add("buffer", f"{size}:pix_fmt=yuv420p:time_base=1/30:colorspace=1:range=1"),
        graph.add("scale", "flags=bilinear"),
        graph.add("format", "gbrp"),
        graph.add("lut3d", f"{path}:interp={interpolation}"),
        graph.add("scale", "out_color_matrix=bt709:out_range=tv"),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    ).configure()

    def run() -> Yuv:
        graph.push(frame)
        result = graph.pull()
        assert isinstance(result, av.VideoFrame)
        return planes_of(result)

    return run


def exactly(picture: Yuv, look: Callable[[Colours], Colours]) -> Yuv:
    from clappper.media.colour import codes_of

    codes = codes_of(np.clip(look(in_rgb(picture)), 0, 1))
    half = (picture.width // 2, picture.height // 2)
    u, v = (cv2.resize(codes[..., channel], half, interpolation=cv2.INTER_AREA) for channel in (1, 2))
    return Yuv(codes[..., 0], np.asarray(u, np.uint8), np.asarray(v, np.uint8))


if __name__ == "__main__":
    main()
