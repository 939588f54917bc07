"""Opening a scene in USD Composer, or in whatever this machine has for it, and rendering it anew afterwards.

Programs are started with an argument list, never through a shell.
"""

from __future__ import annotations

import asyncio
import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.settings import Settings
from clappper.flow.generating.offers import Offer
from clappper.flow.generating.regenerate import origin, take_offer
from clappper.flow.project.session import Session
from clappper.store import sidecar
from clappper.timeline.model import Clip, Footage
from clappper.timeline.queries import clip_of
from clappper.usd.changes import ROOT, STAGE, SceneWatch, revision
from clappper.usd.folder import read_sidecar
from clappper.usd.nucleus import NucleusWatch, States, digest_of

LAYERS = frozenset({".usd", ".usda", ".usdc", ".usdz"})
WHERE_TO_SET = (
    "Set composer_app in the settings to a built USD Composer (.kit.sh or .kit.bat), or install Blender or"
    " usdview. Building it: repo template new, repo build, repo launch in NVIDIA's kit-app-template."
)


@dataclass(frozen=True, slots=True)
class Application:
    """A program that shows a stage. ``saves``: what is changed in it can be saved into the stage."""

    name: str
    command: tuple[str, ...]
    saves: bool


def stage_of(path: Path) -> Path:
    """Find the layer to open: a stage itself, or the root layer of a scene's folder.

    Raises:
        UnusableInputError: there is none.
    """
    if path.is_dir() and (path / STAGE / ROOT).is_file():
        return (path / STAGE / ROOT).resolve()
    if path.is_file() and path.suffix.lower() in LAYERS:
        return path.resolve()
    raise UnusableInputError(f"{path} is neither a USD file nor a rendered scene's folder.",
                             "Render the scene once, then open its folder.")  # fmt: skip


def applications(
    stage: Path, settings: Settings, system: str = "", find: Callable[[str], str | None] = shutil.which
) -> tuple[Application, ...]:
    """List what can open ``stage`` here, USD Composer first; macOS has no Omniverse."""
    system = system or platform.system()
    found = []
    if settings.composer_app and system != "Darwin":
        found.append(Application("USD Composer", _kit_command(settings.composer_app, stage), saves=True))
    blender = settings.blender or find("blender")
    if blender:
        found.append(Application("Blender", (blender, "--python-expr", _blender_line(stage)), saves=False))
    if usdview := find("usdview"):
        found.append(Application("usdview", (usdview, str(stage)), saves=True))
    return tuple(found)


def _kit_command(app: str, stage: Path) -> tuple[str, ...]:
    """Compose Kit's arguments; inside its --exec text a path with blanks is quoted."""
    path = stage.as_posix()
    if '"' in path:
        raise UnusableInputError(
            f"USD Composer cannot open {path}: a name has a quotation mark.", "Rename it."
        )
    if "viewer" in Path(app).name.lower():
        return app, f"--/app/auto_load_usd={path}"
    quoted = f'"{path}"' if " " in path else path
    return app, "--/app/content/emptyStageOnStart=false", "--exec", f"open_stage.py {quoted}"


def _blender_line(stage: Path) -> str:
    return f"import bpy; bpy.ops.wm.usd_import(filepath={str(stage)!r})"


def open_stage(path: Path, settings: Settings, wanted: str = "") -> Application:
    """Open a scene in the first program found, or in the one whose name begins with ``wanted``.

    Raises:
        UnusableInputError: there is no such stage.
        ClappperError: there is no such program, or it does not start.
    """
    found = applications(stage_of(path), settings)
    fitting = [one for one in found if one.name.lower().removeprefix("usd ").startswith(wanted.lower())]
    if not fitting:
        missing = f"{wanted.title()} was not found." if wanted else "No program that shows USD was found."
        raise ClappperError(missing, WHERE_TO_SET)
    application = fitting[0]
    quiet = subprocess.DEVNULL
    try:
        subprocess.Popen(application.command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError as error:
        raise ClappperError(
            f"{application.name} cannot be started: {error.strerror}.", WHERE_TO_SET
        ) from error
    return application


def scene_folder(film: Path) -> Path | None:
    """Find the folder of the scene that a film was rendered from; None where it was made otherwise.

    It is named from the project's folder, which is one above the film.
    """
    try:
        page = sidecar.read(film)
    except ClappperError:
        return None
    folder = (page.provider_pack.sent if page.provider_pack else {}).get("scene_folder")
    if not folder:
        return None
    return next((above / folder for above in film.parents if (above / folder).is_dir()), None)


@dataclass(frozen=True, slots=True)
class SceneNews:
    """``is_changed``: other than it was last rendered; ``program`` opens it, empty where nothing can.

    ``told`` says what was saved on Nucleus, by whom; empty for changes on this machine.
    """

    folder: Path
    is_changed: bool
    program: str
    told: str = ""


@dataclass(slots=True)
class FilmScene:
    """The scene that ``film`` was rendered from."""

    film: Path
    _watch: SceneWatch | None = None
    _nucleus: NucleusWatch | None = None

    def look(self, settings: Settings) -> SceneNews | None:
        """Tell how it stands; None where the film was made otherwise. It reads files: call it in a thread.

        Raises:
            UnusableInputError: its stage is gone, or has a name that USD Composer cannot open.
        """
        if self._watch is None:
            folder = scene_folder(self.film)
            if folder is None:
                return None
            self._watch, self._nucleus = SceneWatch(folder), NucleusWatch(folder)
        folder = self._watch.folder
        found = applications(stage_of(folder), settings)
        told = self._nucleus.look(_known(folder), settings) if self._nucleus else ""
        is_changed = bool(self._watch.look()) or bool(told)
        return SceneNews(folder, is_changed, found[0].name if found else "", told)

    @property
    def remote(self) -> str:
        """Name what lies on Nucleus now, as far as it was asked: the same content, the same name."""
        return digest_of(self._nucleus.now) if self._nucleus else ""


def _known(folder: Path) -> States:
    """Give how the scene's files on Nucleus stood when it was rendered."""
    sidecar = read_sidecar(folder)
    return sidecar.nucleus if sidecar else {}


async def scene_of_clip(session: Session, clip: Clip) -> Path:
    """Find the folder of the scene that a clip was rendered from.

    Raises:
        UnusableInputError: it was made otherwise, or its scene is gone.
    """
    if isinstance(clip.content, Footage):
        folder = await asyncio.to_thread(scene_folder, session.project.locate(clip.content.take.path))
        if folder is not None:
            return folder
    raise UnusableInputError(
        f"Clip {clip.name or clip.id} was not rendered from a scene.", "Choose a 3D shot."
    )


async def rerender(session: Session, clip_id: str, remote: str = "") -> Offer:
    """Offer a new take of a 3D shot as its scene is now; trim, speed, grade and keyframes stay.

    ``remote`` names what lies on Nucleus, see ``FilmScene.remote``.

    Raises:
        ClappperError: the clip was not rendered from a scene, or nothing is known of how it was made.
    """
    clip = clip_of(session.timeline, clip_id)
    folder = await scene_of_clip(session, clip)
    request = origin(session, clip).request
    now = await asyncio.to_thread(revision, folder)
    extra = request.extra | {"scene_revision": f"{now}-{remote}" if remote else now}
    how = "The scene is rendered again as it is now; the clip keeps its edits and its old take."
    return take_offer(session, clip, "Re-render", how, replace(request, extra=extra))
