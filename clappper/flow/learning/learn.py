"""The user's library of ratings over all projects, and the predictor that is learned from it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.flow.predictor import STANDING
from clappper.store.files import write_atomically

if TYPE_CHECKING:
    from clappper.flow.reviewing.review_desk import ReviewDesk
    from clappper.review.learning import Example, Standing


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of learning: the version now in use, and what it has earned."""

    version: str
    standing: Standing


async def learn_from(desk: ReviewDesk, library: Path, models: Path) -> Learned:
    """Put this project's ratings into the library and learn from all of it, in a worker.

    Raises:
        ClappperError: the library cannot be written, or the worker died.
    """
    from clappper.review.ratings import PredictorTrained

    examples = await asyncio.to_thread(desk.examples)
    keep_examples(library, desk.session.project.path, examples)
    learned = await desk.session.workers.run(teach, library, models)
    desk.session.hub.publish(PredictorTrained(learned.version))
    return learned


def keep_examples(library: Path, project: Path, examples: Iterable[Example]) -> None:
    """Write a project's rated clips in place of what the library had of it."""
    text = json.dumps([asdict(example) for example in examples], ensure_ascii=False, indent=1)
    library.mkdir(parents=True, exist_ok=True)
    write_atomically(_page(library, project), text.encode())


def kept_count(library: Path, project: Path) -> int:
    """Tell how many rated clips of a project the library has; none where its page is damaged."""
    try:
        return len(json.loads(_page(library, project).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return 0


def _page(library: Path, project: Path) -> Path:
    import hashlib

    name = hashlib.sha256(str(project).encode()).hexdigest()[:16]
    return library / f"{name}.examples.json"


def library_examples(library: Path) -> list[Example]:
    """Read all rated clips of the library; a file that is damaged is left out."""
    from clappper.review.learning import Example

    found: list[Example] = []
    for path in sorted(library.glob("*.examples.json")):
        try:
            found += [Example(**row) for row in json.loads(path.read_text("utf-8"))]
        except (OSError, ValueError, TypeError):
            continue
    return found


def teach(library: Path, models: Path) -> Learned:
    """Learn from the library and store the result. Runs in a worker; takes seconds."""
    from clappper.media.models import ModelStore
    from clappper.review.learning import learn_and_judge
    from clappper.review.prior import OWN, shipped_prior

    examples = library_examples(library)
    prior = shipped_prior(ModelStore.open(models))
    version = f"own-{len(examples)}"
    predictor, standing = learn_and_judge(examples, prior.encoder, prior, version)
    if predictor is not prior:
        predictor.save(library / OWN)
    write_atomically(library / STANDING, json.dumps(asdict(standing)).encode())
    return Learned(predictor.version, standing)
