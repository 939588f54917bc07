"""The text of a document, passage by passage, with its page or heading: PDF, Word, Markdown, HTML, text.

What a file is, its content decides, not its name. Reading a PDF may take long: call it in a worker.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.base.passages import Passage

MOST_BYTES = 64 * 2**20
MOST_PAGES = 300
LONGEST_HEADING = 80

_TEMPLATE = re.compile(r"{%.*?%}|{{.*?}}|{:[^}]*}|<!--.*?-->", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---\s*\n.*?\n---\s*\n", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BLOCKS = frozenset(
    {"p", "li", "td", "th", "tr", "div", "br", "dt", "dd", "section", "article", "blockquote", "pre"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset({"script", "style", "head", "template", "noscript"})


def read_document(path: Path) -> tuple[Passage, ...]:
    """Read a document's text.

    Raises:
        UnusableInputError: it is missing, too large, damaged, protected, a scan, or not a document.
    """
    try:
        size, start = path.stat().st_size, _start(path)
    except OSError as error:
        raise UnusableInputError(
            f"{path.name} cannot be read: {error.strerror}.", "Choose a file that is there."
        ) from error
    if size > MOST_BYTES:
        raise UnusableInputError(
            f"{path.name} has {size // 2**20} MB; {MOST_BYTES // 2**20} are read.", "Save it smaller."
        )
    if b"%PDF-" in start[:1024]:
        passages = _pdf(path)
    elif start[:4] == b"PK\x03\x04":
        passages = _word(path)
    else:
        passages = _plain(path)
    if not passages:
        raise UnusableInputError(
            f"{path.name} holds no text.", "Choose the document with the rules in words."
        )
    return passages


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(2048)


def _pdf(path: Path) -> tuple[Passage, ...]:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    try:
        logging.getLogger("pypdf").setLevel(logging.ERROR)
        reader = PdfReader(path)
        if reader.is_encrypted:
            reader.decrypt("")
        pages = [(number, page.extract_text()) for number, page in _pages(reader)]
    except FileNotDecryptedError as error:
        raise UnusableInputError(
            f"{path.name} is protected by a password.", "Save a copy without one, and add that."
        ) from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise UnusableInputError(
            f"{path.name} is a damaged PDF and cannot be read.", "Export it anew from the program it is from."
        ) from error
    found = tuple(passage for number, text in pages for passage in _lines(text, number))
    if not found:
        raise UnusableInputError(
            f"{path.name} is a scan: its pages are pictures without text.",
            "Run text recognition (OCR) over it, or write the rules into a text file.",
        )
    return found


def _pages(reader: Any) -> Iterator[tuple[int, Any]]:
    for number in range(min(len(reader.pages), MOST_PAGES)):
        yield number + 1, reader.pages[number]


def _lines(text: str, page: int) -> Iterator[Passage]:
    """Give the lines of a page; sentences that run over several are put together again."""
    heading, held = "", ""
    for line in (" ".join(raw.split()).lstrip("•▪●◦ ") for raw in text.splitlines()):
        if not line:
            continue
        if held and (line[:1].islower() or held.endswith((",", "-"))):
            held = held[:-1] + line if held.endswith("-") else f"{held} {line}"
            continue
        if held:
            yield Passage(held, page, heading)
            heading = held if _is_heading(held) else heading
        held = line
    if held:
        yield Passage(held, page, heading)


def _is_heading(line: str) -> bool:
    return len(line) <= LONGEST_HEADING and len(line.split()) <= 6 and line[-1:].isalpha()


def _word(path: Path) -> tuple[Passage, ...]:
    from zipfile import BadZipFile

    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        document = Document(str(path))
        return tuple(_blocks(document))
    except (OpcError, BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise UnusableInputError(
            f"{path.name} is not a Word document that can be read.",
            "PDF, Word (.docx), Markdown, HTML and text are read.",
        ) from error


def _blocks(document: Any) -> Iterator[Passage]:
    """Give paragraphs and the rows of tables, in the document's order."""
    heading = ""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)
                yield from _if_text(" | ".join(filter(None, cells)), heading)
            continue
        text = " ".join(block.text.split())
        if block.style is not None and (block.style.name or "").startswith(("Heading", "Title")):
            heading = text or heading
        yield from _if_text(text, heading)


def _if_text(text: str, heading: str) -> Iterator[Passage]:
    if text:
        yield Passage(text, 0, heading if heading != text else "")


def _plain(path: Path) -> tuple[Passage, ...]:
    raw = path.read_bytes()
    if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnusableInputError(
            f"{path.name} is not a text document.", "PDF, Word (.docx), Markdown, HTML and text are read."
        )
    text = _TEMPLATE.sub(" ", _FRONT_MATTER.sub("", _decoded(raw)))
    looks_like_html = re.search(r"<(?:!doctype|html|body|p|div|h[1-6]|li)\b", text[:4096], re.IGNORECASE)
    if path.suffix.lower() in {".html", ".htm"} or (looks_like_html and text.lstrip()[:1] == "<"):
        return _html(text)
    return tuple(_markdown(text))


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _markdown(text: str) -> Iterator[Passage]:
    """Give the lines of Markdown or plain text without its marks; lines of one paragraph are put together."""
    heading, held = "", ""
    for raw in [*_without_tags(text).splitlines(), ""]:
        line = raw.strip()
        mark = re.match(r"(#{1,6}\s+|[-*+•]\s+|\d+[.)]\s+|\||>\s*)?(.*)", line)
        assert mark is not None
        begins = not line or mark[1] is not None
        if held and begins:
            yield Passage(held, 0, heading)
            held = ""
        words = _bare(mark[2])
        if (mark[1] or "").startswith("#"):
            heading = words
            yield from _if_text(words, "")
        elif (mark[1] or "").startswith("|"):
            yield from _if_text(words, heading)
        elif words:
            held = f"{held} {words}" if held else words


def _without_tags(text: str) -> str:
    return re.sub(r"</?[a-zA-Z][^<>]*>", " ", text)


def _bare(line: str) -> str:
    """Take the marks of Markdown off one line."""
    words = unescape(_LINK.sub(r"\1", line)).replace("**", "").replace("__", "").replace("`", "")
    words = re.sub(r"(?<!\w)[*_](\S[^*_]*)[*_](?!\w)", r"\1", words)
    if set(words) <= set("|-: "):
        return ""
    return " ".join(words.strip(" |").split())


def _html(text: str) -> tuple[Passage, ...]:
    reader = _HtmlText()
    reader.feed(text)
    reader.close()
    reader.end_block()
    return tuple(reader.passages)


class _HtmlText(HTMLParser):
    """Collects what a reader sees, block by block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages: list[Passage] = []
        self._heading = ""
        self._held: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS | _HEADINGS:
            self.end_block()

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        if tag in _HEADINGS:
            self._heading = " ".join("".join(self._held).split()) or self._heading
        if tag in _BLOCKS | _HEADINGS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._held.append(data)

    def end_block(self) -> None:
        self.passages += _if_text(" ".join("".join(self._held).split()), self._heading)
        self._held.clear()
