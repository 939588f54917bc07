"""How close mattes come to a clip's own alpha.

``key``: the clip is laid on green with noise of 2 codes and keyed as 4:2:0; ``person``: it is laid on real
backgrounds. Mean squared error and intersection over union at one half, means over the frames.

Run it with ``python -m benchmarks.matte CLIP_WITH_ALPHA BACKGROUND…``; ffmpeg decodes the alpha.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.media.colour import rgb_picture, yuv_picture
from clappper.media.decode import FrameReader
from clappper.media.matte.film import Cutter
from clappper.media.matte.key import Cut, Key
from clappper.media.matte.person import PersonMatte
from clappper.media.models import ModelStore
from clappper.media.picture import Yuv
from clappper.media.probe import probe

GREENS = ((0.0, 1.0, 0.0), (0.1, 0.75, 0.2))
WIDTH, HEIGHT = 640, 360
Colours = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("backgrounds", nargs="+", type=Path)
    parser.add_argument("--decoder", default="libvpx", help="ffmpeg's decoder that gives the alpha")
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the first frame that is taken")
    parser.add_argument("--ground", type=int, default=-1, help="the backgrounds' frame; default: the middle")
    arguments = parser.parse_args()
    pictures = decoded(arguments.clip, arguments.decoder, arguments.frames, arguments.every, arguments.first)
    rng = np.random.default_rng(1)
    for green in GREENS:
        noise = [rng.normal(0, 2 / 255, (HEIGHT, WIDTH, 3)).astype(np.float32) for _ in pictures]
        laid = [over(picture, np.array(green, np.float32)) for picture in pictures]
        tell(f"key on {green}", Key(), [one + two for one, two in zip(laid, noise, strict=True)], pictures)
    people = PersonMatte(ModelStore.open(Path(tempfile.gettempdir())).get("selfie"))
    for path in arguments.backgrounds:
        ground = background(path, arguments.ground)
        laid = [over(picture, ground) for picture in pictures]
        tell(f"person on {path.stem}, one look", OneLook(people), laid, pictures)
        tell(f"person on {path.stem}", people, laid, pictures)


class OneLook:
    """The network as it is published: one look at the whole picture."""

    def __init__(self, people: PersonMatte) -> None:
        self.facts = people.facts
        self._people = people

    def cut(self, picture: Yuv) -> Cut:
        return Cut(picture, self._people.found(rgb_picture(picture)))


def tell(name: str, cutter: Cutter, seen: list[Colours], truth: list[Colours]) -> None:
    errors, unions = [], []
    begun = time.process_time()
    for rgb, rgba in zip(seen, truth, strict=True):
        alpha, true = cutter.cut(yuv_picture(rgb)).alpha, rgba[..., 3]
        errors.append(float(((alpha - true) ** 2).mean()))
        both, either = (alpha > 0.5) & (true > 0.5), (alpha > 0.5) | (true > 0.5)
        unions.append(float(both.sum() / max(1, either.sum())))
    spent = (time.process_time() - begun) / len(seen)
    figures = f"MSE {1e3 * np.mean(errors):.2f}e-3, IoU {np.mean(unions):.3f}"
    print(f"{name}: {figures}, {1e3 * spent:.0f} CPU ms a frame")


def decoded(clip: Path, decoder: str, frames: int, every: int, first: int = 0) -> list[Colours]:
    """Give frames as RGBA, 0 to 1."""
    choose = f"select='gte(n,{first})*not(mod(n-{first},{every}))',scale={WIDTH}:{HEIGHT},format=rgba"
    command = ["ffmpeg", "-v", "error", "-c:v", decoder, "-i", str(clip), "-vf", choose, "-fps_mode", "vfr"]
    command += ["-frames:v", str(frames), "-f", "rawvideo", "-"]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    pictures = np.frombuffer(data, np.uint8).reshape(-1, HEIGHT, WIDTH, 4)
    return [picture.astype(np.float32) / np.float32(255) for picture in pictures]


def over(rgba: Colours, ground: Colours) -> Colours:
    share = rgba[..., 3:]
    return np.asarray(rgba[..., :3] * share + ground * (1 - share), np.float32)


def background(path: Path, frame: int) -> Colours:
    facts = probe(path)
    chosen = frame if frame >= 0 else facts.rate.frame_at(facts.duration_seconds) // 2
    with FrameReader(path, rate=facts.rate, width=WIDTH, height=HEIGHT) as reader:
        return rgb_picture(reader.at(chosen))


if __name__ == "__main__":
    main()
