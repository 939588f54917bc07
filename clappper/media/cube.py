"""The .cube look-up table: read with distrust, applied exactly.

This is the slow, exact half of colour; ``colour`` bakes it into something fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError

MAX_BYTES = 8_000_000
MAX_CUBE_SIZE = 65
MAX_SHAPER_SIZE = 65_536
WHERE_FROM = "Export the LUT again as a .cube file of at most 65 points a side."

Colours = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """The range of input values a table spans, per channel."""

    low: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def positions(self, rgb: Colours, size: int) -> Colours:
        """Map colours to table positions 0..size-1, held at the ends."""
        low, high = np.array(self.low, np.float32), np.array(self.high, np.float32)
        positions: Colours = np.clip((rgb - low) / (high - low), 0, 1) * np.float32(size - 1)
        return positions


@dataclass(frozen=True, slots=True, eq=False)
class CubeLut:
    """A .cube file. ``shaper`` has shape (n, 3), ``cube`` (blue, green, red, 3); either may be missing."""

    title: str = ""
    shaper: Colours | None = None
    shaper_axis: Axis = Axis()
    cube: Colours | None = None
    cube_axis: Axis = Axis()

    def apply(self, rgb: Colours) -> Colours:
        """Look up colours, shape (..., 3), by linear interpolation: first the shaper, then the cube."""
        if self.shaper is not None:
            rgb = _along_curve(self.shaper, self.shaper_axis.positions(rgb, len(self.shaper)))
        if self.cube is not None:
            rgb = _within_cube(self.cube, self.cube_axis.positions(rgb, len(self.cube)))
        return rgb

    @property
    def is_identity(self) -> bool:
        """Tell whether no colour of 0..1 changes by more than half a step of 10-bit video."""
        steps = np.linspace(0, 1, 17, dtype=np.float32)
        grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
        return bool(np.abs(self.apply(grid) - grid).max() < 0.5 / 1023)


def _along_curve(curve: Colours, positions: Colours) -> Colours:
    below = np.minimum(positions.astype(np.intp), len(curve) - 2)
    part = positions - below
    channels = np.arange(3)
    result: Colours = curve[below, channels] * (1 - part) + curve[below + 1, channels] * part
    return result


def _within_cube(cube: Colours, positions: Colours) -> Colours:
    """Interpolate between the eight surrounding points."""
    size = len(cube)
    flat = cube.reshape(-1, 3)
    below = np.minimum(positions.astype(np.int32), size - 2)
    part = positions - below
    origin = below[..., 0] + size * (below[..., 1] + size * below[..., 2])
    red, green, blue = part[..., 0:1], part[..., 1:2], part[..., 2:3]

    def along_red(offset: int) -> Colours:
        start: Colours = flat[origin + offset]
        line: Colours = start + (flat[origin + offset + 1] - start) * red
        return line

    def along_green(offset: int) -> Colours:
        start = along_red(offset)
        line: Colours = start + (along_red(offset + size) - start) * green
        return line

    start = along_green(0)
    result: Colours = start + (along_green(size * size) - start) * blue
    return result


def read_cube(path: Path) -> CubeLut:
    """Read a .cube file in Adobe's or Resolve's dialect: 1D, 3D, or a 1D shaper before a 3D cube.

    Raises:
        UnusableInputError: it is missing, too large, or not such a file; names the line at fault.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnusableInputError(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB.", WHERE_FROM)
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise UnusableInputError(
            f"The LUT {path} does not exist.", "Check the name and the folder."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableInputError(f"The LUT {path.name} cannot be read as text.", WHERE_FROM) from error
    return _Parser(path.name).parse(text)


class _Parser:
    """Reads the lines of one file and remembers where it is, for the sake of its error messages."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._line = 0
        self._title = ""
        self._sizes = {"LUT_1D_SIZE": 0, "LUT_3D_SIZE": 0}
        self._domain = {"DOMAIN_MIN": (0.0, 0.0, 0.0), "DOMAIN_MAX": (1.0, 1.0, 1.0)}
        self._ranges = {"LUT_1D_INPUT_RANGE": (0.0, 1.0), "LUT_3D_INPUT_RANGE": (0.0, 1.0)}
        self._rows: list[tuple[float, ...]] = []

    def parse(self, text: str) -> CubeLut:
        for self._line, line in enumerate(text.splitlines(), start=1):
            words = line.split("#", 1)[0].split()
            if words:
                self._read(words, line)
        return self._assemble()

    def _read(self, words: list[str], line: str) -> None:
        key, values = words[0].upper(), words[1:]
        if key == "TITLE":
            self._title = line.split(None, 1)[1].strip().strip('"') if values else ""
        elif key in self._sizes:
            self._sizes[key] = self._size(key, values)
        elif key in self._domain:
            low_high = self._numbers(values, 3)
            self._domain[key] = (low_high[0], low_high[1], low_high[2])
        elif key in self._ranges:
            pair = self._numbers(values, 2)
            self._ranges[key] = (pair[0], pair[1])
        elif key[0].isalpha() and key not in {"NAN", "INF"}:
            raise self._fault(f"the keyword {words[0]} is not known")
        else:
            self._rows.append(self._numbers(words, 3))

    def _size(self, key: str, values: list[str]) -> int:
        limit = MAX_SHAPER_SIZE if key == "LUT_1D_SIZE" else MAX_CUBE_SIZE
        if len(values) != 1 or not values[0].isdigit() or not 2 <= int(values[0]) <= limit:
            raise self._fault(f"{key} must be a whole number from 2 to {limit}")
        return int(values[0])

    def _numbers(self, words: list[str], count: int) -> tuple[float, ...]:
        try:
            numbers = tuple(float(word) for word in words)
        except ValueError as error:
            raise self._fault(f"{count} numbers are expected") from error
        if len(numbers) != count:
            raise self._fault(f"{count} numbers are expected, not {len(numbers)}")
        if not np.isfinite(numbers).all() or max(map(abs, numbers)) > 1e6:
            raise self._fault("a number is not finite or far too large")
        return numbers

    def _assemble(self) -> CubeLut:
        n, s = self._sizes["LUT_1D_SIZE"], self._sizes["LUT_3D_SIZE"]
        if not n and not s:
            raise self._fault("LUT_1D_SIZE or LUT_3D_SIZE is missing")
        expected = n + s**3
        if len(self._rows) != expected:
            raise self._fault(f"{expected} rows of colours are expected, not {len(self._rows)}")
        rows = np.array(self._rows, np.float32)
        return CubeLut(
            title=self._title,
            shaper=rows[:n] if n else None,
            shaper_axis=self._axis("LUT_1D_INPUT_RANGE"),
            cube=rows[n:].reshape(s, s, s, 3) if s else None,
            cube_axis=self._axis("LUT_3D_INPUT_RANGE"),
        )

    def _axis(self, key: str) -> Axis:
        low, high = self._domain["DOMAIN_MIN"], self._domain["DOMAIN_MAX"]
        if self._ranges[key] != (0.0, 1.0):
            low, high = (self._ranges[key][0],) * 3, (self._ranges[key][1],) * 3
        if any(bottom >= top for bottom, top in zip(low, high, strict=True)):
            raise self._fault("the input range is empty")
        return Axis(low, high)

    def _fault(self, what: str) -> UnusableInputError:
        return UnusableInputError(
            f"The LUT {self._name} cannot be used: {what} (line {self._line}).", WHERE_FROM
        )
