"""Reading the brand documents of the open project."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from clappper.base.errors import ClappperError
from clappper.brief import guidelines as brand
from clappper.brief.guidelines import Rule
from clappper.flow.project.session import Session
from clappper.media.documents import read_document


@dataclass(frozen=True, slots=True)
class Guideline:
    """A document with the rules that were read from it; ``problem`` says why it could not be read.

    ``caution`` says what of it was not understood.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    problem: str = ""
    caution: str = ""


async def read_guidelines(session: Session) -> tuple[Guideline, ...]:
    """Read every document that the brief names, each in a worker; a bad one does not spoil the others."""
    names = session.brief.assets.guideline_documents
    return tuple(await asyncio.gather(*(_read(session, name) for name in names)))


async def _read(session: Session, name: str) -> Guideline:
    path = session.project.path / name
    try:
        passages = await session.workers.run(read_document, path)
    except ClappperError as error:
        return Guideline(path.name, problem=f"{error.message} {error.hint}".strip())
    found = await asyncio.to_thread(brand.read_guidelines, passages)
    return Guideline(path.name, found.rules, caution=found.caution)
