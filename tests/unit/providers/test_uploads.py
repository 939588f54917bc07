from __future__ import annotations

from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.providers.contract import FaultKind, InputFile, ProviderError, ProviderFault, Role
from clappper.providers.uploads import Limits, Uploads, before_paying, file_name
from tests.simulators.stage import SimulatorClock


class Shelf:
    """Somewhere to put files, which counts."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.address = "https://shelf.example/1"

    async def __call__(self, file: InputFile, data: bytes) -> str:
        assert file.sha256
        self.taken.append(data)
        return self.address


def uploads_to(shelf: Shelf, clock: SimulatorClock) -> Uploads:
    return Uploads(clock, shelf, Limits(largest_bytes=50, inline_bytes=4, lifetime_seconds=100.0))


def file_of(tmp_path: Path, data: bytes, name: str = "secret plans.png") -> InputFile:
    path = tmp_path / name
    path.write_bytes(data)
    return InputFile(Role.REFERENCE, str(path), f"sha{len(data)}", "image/png")


async def test_small_files_travel_inside_and_large_ones_once(tmp_path: Path) -> None:
    shelf, clock = Shelf(), SimulatorClock()
    uploads = uploads_to(shelf, clock)
    small, large = file_of(tmp_path, b"tiny", "a.png"), file_of(tmp_path, b"larger than tiny")
    placed = await uploads.place([small, large])
    assert placed == {small.path: "data:image/png;base64,dGlueQ==", large.path: shelf.address}
    await uploads.place([large])
    assert len(shelf.taken) == 1
    clock.advance(101)
    await uploads.place([large])
    assert len(shelf.taken) == 2


async def test_what_cannot_be_sent_is_said(tmp_path: Path) -> None:
    shelf = Shelf()
    uploads = uploads_to(shelf, SimulatorClock())
    with pytest.raises(UnusableInputError, match="at most"):
        await uploads.place([file_of(tmp_path, b"x" * 51)])
    with pytest.raises(UnusableInputError, match="cannot be read"):
        await uploads.place([InputFile(Role.REFERENCE, str(tmp_path / "none.png"), "x")])
    shelf.address = ""
    with pytest.raises(ProviderError) as nowhere:
        await uploads.place([file_of(tmp_path, b"larger")])
    assert nowhere.value.fault.kind is FaultKind.OFFLINE


def test_a_private_name_does_not_travel(tmp_path: Path) -> None:
    assert file_name(file_of(tmp_path, b"abc")) == "sha3.png"


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        (FaultKind.TRANSIENT, FaultKind.OFFLINE),
        (FaultKind.AMBIGUOUS, FaultKind.OFFLINE),
        (FaultKind.LOST, FaultKind.OFFLINE),
        (FaultKind.AUTH, FaultKind.AUTH),
        (FaultKind.INVALID, FaultKind.INVALID),
        (FaultKind.RATE_LIMITED, FaultKind.RATE_LIMITED),
    ],
)
def test_what_breaks_before_paying_is_never_in_doubt(kind: FaultKind, becomes: FaultKind) -> None:
    with pytest.raises(ProviderError) as broken, before_paying():
        raise ProviderError(ProviderFault(kind, "x"))
    assert broken.value.fault.kind is becomes
