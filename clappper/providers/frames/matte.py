"""The matte of a clip's people by a fetched network: a clip in step with it, white for what stays."""

from __future__ import annotations

from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.paths import AppPaths
from clappper.media.matte.film import By, Matting, Mode, write_matte
from clappper.media.models import ModelStore
from clappper.providers.child import Report, tell
from clappper.providers.contract import GenRequest, Role


def make(request: GenRequest, destination: Path, report: Report) -> None:
    """Write the matte of a request's source video by the network ``extra.by``.

    Raises:
        UnusableInputError: there is no clip, no such network, or ONNX Runtime is not installed.
        MissingModelError: the network was not fetched.
    """
    source = next((Path(file.path) for file in request.files if file.role is Role.SOURCE_VIDEO), None)
    by = str(request.extra.get("by", ""))
    if source is None or by not in set(By):
        raise UnusableInputError("A matte needs a clip and a network.", f"Choose one of: {', '.join(By)}.")
    matting = Matting(Mode.PERSON, by=By(by), steady=0.0)
    models = ModelStore.open(AppPaths.of_user().models)
    made = write_matte(source, destination, matting, models, report=lambda done: report(done, "cutting out"))
    tell(destination, made.facts)
