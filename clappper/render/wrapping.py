"""Line breaking: balanced lines that keep what belongs together, as large as their box allows."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, replace

from clappper.render.fonts import FontStack
from clappper.render.shaping import NUMBER, PRICE, Line, Style, clusters, in_em, is_right_to_left, set_line

NO_BREAK_SPACE = "\u00a0"
SOFT_HYPHEN = "\u00ad"
UNITS = (
    "ml|cl|dl|l|mg|g|kg|t|mm|cm|m|km|in|ft|oz|lb|h|min|s|ms|W|kW|V|A|Ah|mAh|Wh|kWh|Hz|kHz|MHz|GHz|"
    "KB|MB|GB|TB|MP|px|K|°C|°F|x|×|%|ATM|bar"
)
NUMBER_AND_UNIT = re.compile(rf"({NUMBER}) ((?:{UNITS})(?!\w))")
DIGIT_GROUPS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
NEVER_FIRST = frozenset(
    "、。，．,.!?！？:：;；・…‥ー々〻)）]］}｝〉》」』】〕%％’”ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
NEVER_LAST = frozenset("(（[［{｛〈《「『【〔$＄¥￥€£‘“")
BETTER_NOT_FIRST = frozenset("的了吗呢吧着过はがをにのでともへやか")
"""Particles that lean on the word before them; a guess without a dictionary, so only a preference."""
SHRINK = 0.96
FEWER_LINES_WORTH = 0.87
"""How much smaller a text may get to save a line."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under each other, ``baselines`` pixels below the block's top. Height is that of the ink,
    with the first line's letters counted at least as tall as capitals.
    """

    lines: tuple[Line, ...]
    baselines: tuple[float, ...]
    style: Style
    right_to_left: bool

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        return self.baselines[-1] + max(0.0, self.lines[-1].bottom) if self.lines else 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """A text set into its box. When it does not fit at the smallest size, ``fits`` is False, the block is
    set smaller than allowed so that nothing is cropped, and ``longest`` is what would have fitted.
    """

    block: Block
    fits: bool
    longest: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The box in pixels, the sizes and the number of lines a text may take."""

    width: float
    height: float
    max_size: float
    min_size: float
    max_lines: int


def fit(text: str, fonts: FontStack, style: Style, limits: Limits) -> Fit:
    """Wrap and, where needed, shrink ``text`` until it stands in its box."""
    measured = _Measured(glued(text.strip()), fonts, style)
    block = _largest(measured, limits)
    if block:
        return Fit(block, fits=True, longest=text)
    return Fit(_squeezed(measured, limits), fits=False, longest=_longest(text, fonts, style, limits))


def glued(text: str) -> str:
    """Tie together what no line break may part: prices, numbers and their units, grouped digits."""
    text = DIGIT_GROUPS.sub(NO_BREAK_SPACE, text)
    text = PRICE.sub(lambda price: price.group().replace(" ", NO_BREAK_SPACE), text)
    return NUMBER_AND_UNIT.sub(rf"\1{NO_BREAK_SPACE}\2", text)


def pieces(text: str) -> list[str]:
    """Cut text wherever a line may break; spaces and soft hyphens stay with the piece before them."""
    found: list[str] = []
    units = list(clusters(text))
    piece = ""
    for at, unit in enumerate(units):
        piece += unit
        if at + 1 == len(units) or _may_break(units[at - 1] if at else "", unit, units[at + 1]):
            found.append(piece)
            piece = ""
    return found


def _may_break(before: str, here: str, after: str) -> bool:
    if after.isspace() and after[0] != NO_BREAK_SPACE:
        return False
    if here[0] in NEVER_LAST or after[0] in NEVER_FIRST:
        return False
    if here in (" ", "\t", "\u3000", "\u200b") or here[-1] in (SOFT_HYPHEN, "\u200b"):
        return True
    if here in ("-", "–", "—", "/"):
        return before[-1:].isalpha() and after[0].isalpha()
    return _is_ideographic(here) or _is_ideographic(after)


def _is_ideographic(cluster: str) -> bool:
    char = cluster[0]
    if char == NO_BREAK_SPACE or unicodedata.name(char, "").startswith("HANGUL"):
        return False
    return unicodedata.east_asian_width(char) in "WF" and unicodedata.category(char) != "So"


class _Measured:
    """A text's pieces with their widths in ems; a size then only multiplies."""

    def __init__(self, text: str, fonts: FontStack, style: Style) -> None:
        self.fonts = fonts
        self.style = style
        self.right_to_left = is_right_to_left(text)
        self.em = replace(style, size=1.0)
        self.paragraphs = [pieces(part.strip()) for part in text.split("\n") if part.strip()]
        self._widths: dict[str, float] = {}
        self._space = self.line(f"n{NO_BREAK_SPACE}n").width - self.line("nn").width

    def line(self, text: str) -> Line:
        return set_line(text, self.fonts, self.em, right_to_left=self.right_to_left)

    def width(self, piece: str) -> float:
        if piece not in self._widths:
            self._widths[piece] = self.line(printed(piece)).width
        return self._widths[piece]

    def widths(self, paragraph: list[str]) -> list[float]:
        """Give each piece's width together with the space after it."""
        spaces = [len(piece) - len(piece.rstrip(" ")) for piece in paragraph]
        return [self.width(piece) + self._space * n for piece, n in zip(paragraph, spaces, strict=True)]

    def block(self, texts: list[str], size: float) -> Block:
        style = replace(self.style, size=size)
        lines = tuple(in_em(self.line(printed(text)), size) for text in texts)
        return Block(lines, _baselines(lines, style), style, self.right_to_left)

    def set(self, size: float, width: float, max_lines: int) -> Block | None:
        texts: list[str] = []
        for paragraph in self.paragraphs:
            broken = balanced(paragraph, self.widths(paragraph), width / size)
            if broken is None:
                return None
            texts += broken
        if len(texts) > max_lines:
            return None
        block = self.block(texts, size)
        return block if block.width <= width + 0.5 else None


def printed(text: str) -> str:
    """Give the letters a line shows: a soft hyphen is seen only where the line ends."""
    text = text.rstrip(" \t\u3000\u200b")
    return text.replace(SOFT_HYPHEN, "") + ("-" if text.endswith(SOFT_HYPHEN) else "")


def _baselines(lines: tuple[Line, ...], style: Style) -> tuple[float, ...]:
    """Step by the leading, further where the ink of two lines would come closer than 0.08 em."""
    if not lines:
        return ()
    capitals = 0.72 * style.size
    at = [max(capitals, -lines[0].top)]
    for above, below in itertools.pairwise(lines):
        clear = above.bottom - below.top + 0.08 * style.size
        at.append(at[-1] + max(style.leading * style.size, clear))
    return tuple(at)


def balanced(paragraph: list[str], widths: list[float], width: float) -> list[str] | None:
    """Break into the fewest lines that ``width`` allows, then make these as even as they can be.

    Gives ``None`` when a single piece is wider than a line.
    """
    count = _fewest(widths, width)
    if count is None:
        return None
    breaks = _evenest(paragraph, widths, width, count)
    return ["".join(paragraph[start:end]) for start, end in itertools.pairwise(breaks)]


def _fewest(widths: list[float], width: float) -> int | None:
    count, used = 1, 0.0
    for piece in widths:
        if piece > width + 0.3:
            return None
        if used and used + piece > width:
            count, used = count + 1, 0.0
        used += piece
    return count


def _evenest(paragraph: list[str], widths: list[float], width: float, count: int) -> list[int]:
    """Choose the breaks with the least sum of squared slack, by dynamic programming over lines."""
    even = sum(widths) / count
    total = len(widths)
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
    for _ in range(count):
        following: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, breaks) in best.items():
            used = 0.0
            for end in range(start + 1, total + 1):
                used += widths[end - 1]
                if used > width and end > start + 1:
                    break
                price = cost + (used - even) ** 2 + _leans(paragraph, end) * even**2
                if end not in following or price < following[end][0]:
                    following[end] = (price, [*breaks, end])
        best = following
    return best[total][1] if total in best else _greedy(widths, width)


def _leans(paragraph: list[str], end: int) -> float:
    """Say how bad a break before piece ``end`` is: 0 at a space or after a mark, more inside a phrase."""
    if end == len(paragraph):
        return 0.0
    if paragraph[end][0] in BETTER_NOT_FIRST:
        return 0.25
    return 0.12 if paragraph[end - 1][-1].isalpha() else 0.0


def _greedy(widths: list[float], width: float) -> list[int]:
    breaks, used = [0], 0.0
    for at, piece in enumerate(widths):
        if used and used + piece > width:
            breaks.append(at)
            used = 0.0
        used += piece
    return [*breaks, len(widths)]


def _sizes(limits: Limits) -> list[float]:
    sizes = [limits.max_size]
    while sizes[-1] * SHRINK > limits.min_size:
        sizes.append(sizes[-1] * SHRINK)
    return [*sizes, limits.min_size] if limits.min_size < sizes[-1] else sizes


def _largest(measured: _Measured, limits: Limits) -> Block | None:
    """Find the largest size that fits, or one a little smaller that takes fewer lines."""
    found: Block | None = None
    for size in _sizes(limits):
        if found and size < found.style.size * FEWER_LINES_WORTH:
            break
        block = measured.set(size, limits.width, limits.max_lines)
        if block and block.height <= limits.height:
            if found is None:
                found = block
            elif len(block.lines) < len(found.lines):
                return block
    return found


def _squeezed(measured: _Measured, limits: Limits) -> Block:
    """Shrink below the smallest size, with as many lines as it takes, until nothing is cropped."""
    size = limits.min_size
    while size > 1.0:
        block = measured.set(size, limits.width, 10_000)
        if block and block.height <= limits.height:
            return block
        size *= SHRINK
    return measured.block([], 1.0)


def _longest(text: str, fonts: FontStack, style: Style, limits: Limits) -> str:
    """Find the longest beginning of ``text`` that fits at the smallest size, by halving."""
    parts = pieces(text)
    tight = replace(limits, max_size=limits.min_size)
    low, high = 0, len(parts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        beginning = "".join(parts[:middle]).strip()
        fitting = _largest(_Measured(glued(beginning), fonts, style), tight)
        low, high = (middle, high) if fitting else (low, middle - 1)
    return "".join(parts[:low]).strip()
