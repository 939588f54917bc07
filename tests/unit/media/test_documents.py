"""Documents are read by their content; what cannot be read is said in one sentence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader, PdfWriter

from clappper.base.errors import UnusableInputError
from clappper.base.passages import Passage
from clappper.media.documents import read_document


def pdf_of(*pages: str) -> bytes:
    """Write a PDF with one text a page, in lines; an empty one is a page without text."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for text in pages:
        lines = "".join(f"({line}) Tj T* " for line in text.split("\n")) if text else ""
        stream = f"BT /F1 12 Tf 14 TL 40 700 Td {lines}ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def protected(data: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, password + "!", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def refused(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(UnusableInputError) as caught:
        read_document(path)
    assert caught.value.hint
    return caught.value.message


def test_a_pdf_keeps_its_pages_and_its_sentences(tmp_path: Path) -> None:
    path = tmp_path / "brand.pdf"
    path.write_bytes(pdf_of("Colours\nOur primary colour is\nmidnight.", "Tone\nWarm"))
    assert read_document(path) == (
        Passage("Colours", 1),
        Passage("Our primary colour is midnight.", 1, "Colours"),
        Passage("Tone", 2),
        Passage("Warm", 2, "Tone"),
    )


def test_a_pdf_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "brand.pdf"
    assert "scan" in refused(path, pdf_of("", ""))
    assert "password" in refused(path, protected(pdf_of("Colours"), "secret"))
    assert "damaged" in refused(path, b"%PDF-1.7\nthis is none")
    assert "damaged" in refused(path, pdf_of("Colours")[:200])


def test_a_pdf_that_only_its_owner_may_change_is_read(tmp_path: Path) -> None:
    path = tmp_path / "brand.pdf"
    path.write_bytes(protected(pdf_of("Colours"), ""))
    assert read_document(path) == (Passage("Colours", 1),)


def test_word_gives_headings_and_the_rows_of_tables(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Colours", 1)
    document.add_paragraph("Two of them.")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Ember", "#FF6B35"
    document.save(str(tmp_path / "brand.docx"))
    assert read_document(tmp_path / "brand.docx") == (
        Passage("Colours"),
        Passage("Two of them.", 0, "Colours"),
        Passage("Ember | #FF6B35", 0, "Colours"),
    )
    assert "Word document" in refused(tmp_path / "bad.docx", b"PK\x03\x04 nothing")


def test_markdown_loses_its_marks_and_keeps_its_headings(tmp_path: Path) -> None:
    text = (
        "---\ntitle: x\n---\n# Brand\n\nThe **font** is\n[Work Sans](http://x).\n\n"
        "- one\n- two\n\n| a | b |\n|---|---|\n| Fog | #E6ECF2 |\n<p class='x'>It&rsquo;s {{ here }}</p>\n"
    )
    (tmp_path / "brand.md").write_text(text)
    assert [one.text for one in read_document(tmp_path / "brand.md")] == [
        "Brand",
        "The font is Work Sans.",
        "one",
        "two",
        "a | b",
        "Fog | #E6ECF2",
        "It’s",
    ]
    assert read_document(tmp_path / "brand.md")[-1].place == "under Brand"


def test_html_gives_what_a_reader_sees(tmp_path: Path) -> None:
    unseen, seen = "<style>p {}</style>", "<h2>Tone</h2><p>Warm &amp; <b>clear</b></p><script>x</script>"
    page = f"<html><head>{unseen}</head><body>{seen}"
    (tmp_path / "brand.html").write_text(page)
    assert read_document(tmp_path / "brand.html") == (Passage("Tone"), Passage("Warm & clear", 0, "Tone"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "brand.txt").write_bytes("Don’t say “cheap”.".encode(encoding))
    assert [one.text for one in read_document(tmp_path / "brand.txt")] == ["Don’t say “cheap”."]


def test_what_is_no_document_is_refused(tmp_path: Path) -> None:
    assert "not a text document" in refused(tmp_path / "a.txt", b"\x89PNG\0\0")
    assert "holds no text" in refused(tmp_path / "b.md", b"  \n")
    with pytest.raises(UnusableInputError, match="cannot be read"):
        read_document(tmp_path / "gone.pdf")
