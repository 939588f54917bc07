from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clappper.providers.contract import FaultKind, ProviderError
from clappper.providers.nim import answers
from clappper.providers.nim.answers import keep, unpack

DATA = bytes(range(256)) * 37


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.parametrize("chunk", [3, 7, 1 << 20])
def test_a_film_is_unpacked_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(answers, "CHUNK_BYTES", chunk)
    text = base64.b64encode(DATA).decode().replace("/", "\\/")
    (tmp_path / "a.json").write_text(f'{{"seed": 3, "b64_video" : "{text}", "action": null}}')
    made = unpack(tmp_path / "a.json", tmp_path / "clip")
    assert made.name == "clip.mp4"
    assert made.read_bytes() == DATA


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"error": "none"}', FaultKind.MODEL),
        ('{"b64_video": null}', FaultKind.MODEL),
        ('{"b64_video": "AAA%"}', FaultKind.MODEL),
        ('{"b64_video": "AAAA', FaultKind.TRANSIENT_MODEL),
    ],
)
def test_an_answer_without_a_film_is_told_why(tmp_path: Path, text: str, kind: FaultKind) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ProviderError) as caught:
        unpack(tmp_path / "a.json", tmp_path / "clip")
    assert caught.value.fault.kind is kind


async def test_an_answer_without_an_end_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await keep(pieces(b"ab", b"cd"), tmp_path / "whole")
    assert (tmp_path / "whole").stat().st_size == 4
    monkeypatch.setattr(answers, "LARGEST_BYTES", 3)
    with pytest.raises(ProviderError):
        await keep(pieces(b"ab", b"cd"), tmp_path / "whole")
