"""Getting input files to a service: small ones inside the request, others uploaded once and used again."""

from __future__ import annotations

import asyncio
import base64
import mimetypes
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from clappper.base.clock import Clock
from clappper.base.errors import UnusableInputError
from clappper.providers.contract import FaultKind, InputFile, ProviderError, ProviderFault

Upload = Callable[[InputFile, bytes], Awaitable[str]]
"""Brings a file to the service and gives the address to use it by."""
UNPAID = frozenset({FaultKind.TRANSIENT, FaultKind.AMBIGUOUS, FaultKind.LOST})


@dataclass(frozen=True, slots=True)
class Limits:
    """Which files a service takes, and how long it keeps them.

    ``largest_bytes`` is the largest that is taken at all, ``inline_bytes`` the largest that goes inside a
    request, as a ``data:`` address; -1 where none does.
    """

    largest_bytes: int
    inline_bytes: int = -1
    lifetime_seconds: float = 23 * 3600.0


NO_FILES = Limits(0)


class Uploads:
    """Remembers by content what a service has, for as long as it keeps it."""

    def __init__(self, clock: Clock, upload: Upload, limits: Limits) -> None:
        self._clock = clock
        self._upload = upload
        self._limits = limits
        self._known: dict[str, tuple[str, float]] = {}

    async def place(self, files: Iterable[InputFile]) -> Mapping[str, str]:
        """Bring all files to the service and give the address of each by its path. Nothing is paid by it.

        Raises:
            UnusableInputError: a file cannot be read or is too large.
            ProviderError: one could not be brought there; it may be tried again.
        """
        with before_paying():
            return {file.path: await self._place(file) for file in files}

    async def _place(self, file: InputFile) -> str:
        address, expires = self._known.get(file.sha256, ("", 0.0))
        if address and self._clock.monotonic() < expires:
            return address
        data = await asyncio.to_thread(read_input, file, self._limits.largest_bytes)
        if len(data) <= self._limits.inline_bytes:
            return data_address(file, data)
        address = await self._upload(file, data)
        if not address:
            raise ProviderError(ProviderFault(FaultKind.OFFLINE, "The service did not say where a file is."))
        if file.sha256:
            self._known[file.sha256] = (address, self._clock.monotonic() + self._limits.lifetime_seconds)
        return address


@contextmanager
def before_paying() -> Iterator[None]:
    """Steps that come before the one that is paid: whatever breaks here is tried again without doubt."""
    try:
        yield
    except ProviderError as error:
        if error.fault.kind not in UNPAID:
            raise
        raise ProviderError(replace(error.fault, kind=FaultKind.OFFLINE)) from error


def read_input(file: InputFile, largest_bytes: int) -> bytes:
    """Read an input file.

    Raises:
        UnusableInputError: it cannot be read or is too large.
    """
    path = Path(file.path)
    try:
        size = path.stat().st_size
        if size > largest_bytes:
            raise UnusableInputError(
                f"{path.name} has {size / 1e6:.0f} MB, and at most {largest_bytes / 1e6:.0f} MB can be sent.",
                "Use a smaller picture or a shorter clip.",
            )
        return path.read_bytes()
    except OSError as error:
        raise UnusableInputError(f"{path.name} cannot be read: {error.strerror}.") from error


def mime_of(file: InputFile) -> str:
    """Give a file's type as stated, else by its name, else plain bytes."""
    return file.mime or mimetypes.guess_type(file.path)[0] or "application/octet-stream"


def file_name(file: InputFile) -> str:
    """Name a file for the service: by its content, so that no private name travels."""
    suffix = mimetypes.guess_extension(mime_of(file)) or Path(file.path).suffix.lower()
    return f"{file.sha256[:16] or 'input'}{suffix}"


def data_address(file: InputFile, data: bytes) -> str:
    """Write a file as an address that holds it."""
    return f"data:{mime_of(file)};base64,{base64.b64encode(data).decode()}"
