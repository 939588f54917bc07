"""The files a brief names: found beside it, proved readable, and copied into the project."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.base.paths import resource
from clappper.brief.fields import with_value
from clappper.brief.lint import file_fields
from clappper.brief.schema import AdBrief, Scene
from clappper.flow.open_project import Workshop
from clappper.jobs.ingest import import_file
from clappper.jobs.workers import Workers
from clappper.store.files import copy_atomically
from clappper.store.project import ProjectFolder

FONTS = frozenset({".ttf", ".otf", ".ttc"})
SOUNDS = frozenset({".wav", ".mp3", ".ogg", ".flac", ".m4a", ".aac", ".opus", ".mp4", ".aif", ".aiff"})
WORLDS = frozenset({".usd", ".usda", ".usdc", ".usdz"})
DOCUMENTS = frozenset({".pdf", ".docx", ".md", ".markdown", ".html", ".htm", ".txt"})
LOOKS_FOLDER = "looks"
SCENE_FIELDS = ("assets.usd_scene", "assets.product_usd")
CONTROL_FIELDS = "assets.controls."


@dataclass(frozen=True, slots=True)
class BriefFiles:
    """The brief's files by field path, such as ``product.logo`` or ``assets.product_images[0]``.

    ``folder`` is what the brief's relative paths count from.
    """

    paths: Mapping[str, Path]
    folder: Path

    def group(self, field: str) -> tuple[Path, ...]:
        """Give the files of a list field, in the brief's order."""
        return tuple(path for name, path in self.paths.items() if name.startswith(f"{field}["))

    def get(self, field: str) -> Path | None:
        return self.paths.get(field)


def named_files(brief: AdBrief) -> Iterator[tuple[str, str]]:
    """List the files that are needed to make the ad here, as (field path, what the brief says)."""
    style = brief.product.style_pack
    single = {
        "product.logo": brief.product.logo,
        "product.style_pack.grade_lut": _if_file(style.grade_lut, {".cube"}),
        "product.style_pack.font_family": _if_file(style.font_family, FONTS),
        "audio.file": brief.audio.file,
        "audio.voice": _if_file(brief.audio.voice, SOUNDS),
    }
    yield from ((field, value) for field, value in single.items() if value)
    for name in ("product_images", "reference_images"):
        for index, value in enumerate(getattr(brief.assets, name)):
            yield f"assets.{name}[{index}]", value
    for scene in brief.scenes:
        if scene.studio.label:
            yield label_field(brief, scene), scene.studio.label


def label_field(brief: AdBrief, scene: Scene) -> str:
    """Name the field of what is printed on a scene's studio product."""
    return f"scenes[{brief.scenes.index(scene)}].studio.label"


def _scene_files(brief: AdBrief, folder: Path) -> Iterator[tuple[str, Path]]:
    """Find the brief's USD files on this machine; where they are not, preflight says so and others draw."""
    for field in SCENE_FIELDS:
        value = getattr(brief.assets, field.removeprefix("assets."))
        if value and "://" not in value and (path := folder / Path(value).expanduser()).is_file():
            yield field, path.resolve()


def _control_files(brief: AdBrief, folder: Path) -> Iterator[tuple[str, Path]]:
    """Find the brief's control pictures and films; where they are not, preflight says so."""
    for field, value in file_fields(brief):
        if field.startswith(CONTROL_FIELDS) and (path := folder / Path(value).expanduser()).is_file():
            yield field, path.resolve()


def find(brief: AdBrief, folder: Path) -> BriefFiles:
    """Find the brief's files; relative paths count from ``folder``, the brief's own.

    Raises:
        UnusableInputError: some are missing, unreadable or addresses; all of them are named.
    """
    files: dict[str, Path] = {}
    problems: list[str] = []
    for field, value in named_files(brief):
        path = folder / Path(value).expanduser()
        if "://" in value:
            problems.append(f"{field} is an address ({value}); download it and give the file's path.")
        elif not path.is_file():
            problems.append(f"{field} names a file that is not there: {path}.")
        else:
            files[field] = path.resolve()
    if problems:
        raise UnusableInputError("\n".join(problems), "Paths in a brief are relative to the brief's folder.")
    more = dict(_scene_files(brief, folder)) | dict(_control_files(brief, folder))
    return BriefFiles(files | more, folder)


def present(brief: AdBrief, folder: Path) -> BriefFiles:
    """Find those of the brief's files that are there."""
    paths = ((field, folder / Path(value).expanduser()) for field, value in named_files(brief))
    there = {field: path.resolve() for field, path in paths if path.is_file()}
    return BriefFiles(there | dict(_control_files(brief, folder)), folder)


def prove(files: BriefFiles) -> None:
    """Open every file once, so that a bad one is named before anything is made; USD only in a worker.

    Raises:
        UnusableInputError: a picture, sound, LUT or font cannot be used; the field is named.
    """
    for field, path in files.paths.items():
        try:
            _prove_one(field, path)
        except ClappperError as error:
            raise UnusableInputError(f"{field}: {error.message}", error.hint) from error


async def bring_in(files: BriefFiles, project: ProjectFolder, workers: Workers, hub: EventHub) -> BriefFiles:
    """Copy the material into the project; the answer's paths are the project's own copies.

    USD stays where it is: a scene refers to other files, and is read in place. So do control pictures, which
    are made films of before they are sent.
    """
    copies: dict[str, Path] = {}
    for field, path in files.paths.items():
        if field in SCENE_FIELDS or field.startswith(CONTROL_FIELDS):
            copies[field] = path
        elif path.suffix.lower() in FONTS | {".cube"}:
            copies[field] = copy_look(path, project)
        else:
            imported = await import_file(project, path, workers, hub)
            copies[field] = project.locate(imported.asset.path)
    return BriefFiles(copies, files.folder)


def renamed(brief: AdBrief, files: BriefFiles, project: ProjectFolder) -> AdBrief:
    """Let a brief name the project's own copies, so that it means the same wherever it is read."""
    for field, path in files.paths.items():
        brief = with_value(brief, field, project.relative(path))
    return brief


def look_preset(name: str) -> Path:
    """Find a look that ships with the program by its name.

    Raises:
        UnusableInputError: there is no such look.
    """
    path = resource("luts", f"{name}.cube")
    if "/" in name or "\\" in name or not path.is_file():
        known = ", ".join(sorted(one.stem for one in resource("luts").glob("*.cube")))
        raise UnusableInputError(
            f"product.style_pack.grade_lut: there is no look named {name}.",
            f"Give the path of a .cube file, or one of: {known}.",
        )
    return path


def copy_look(path: Path, project: ProjectFolder) -> Path:
    """Copy a LUT or a font into the project, once per content."""
    from clappper.store.files import sha256_of, write_atomically

    copy = project.path / LOOKS_FOLDER / f"{sha256_of(path)[:16]}{path.suffix.lower()}"
    if not copy.exists():
        copy.parent.mkdir(exist_ok=True)
        write_atomically(copy, path.read_bytes())
    return copy


def _if_file(value: str | None, suffixes: frozenset[str] | set[str]) -> str | None:
    return value if value and Path(value).suffix.lower() in suffixes else None


def _prove_one(field: str, path: Path) -> None:
    if field in SCENE_FIELDS or field.startswith(CONTROL_FIELDS):
        return
    if field.startswith("audio."):
        from clappper.media.audio import read_audio

        read_audio(path, seconds=1.0)
    elif field.endswith("grade_lut"):
        from clappper.media.cube import read_cube

        read_cube(path)
    elif field.endswith("font_family"):
        from clappper.render.fonts import FontShelf

        FontShelf().stack(path.name, path.parent)
    else:
        from clappper.media.still import load_rgba

        load_rgba(path, width=256)


def _copy_document(path: Path, project: ProjectFolder) -> Path:
    """Copy a document under its own name; another one of the same name keeps its place."""
    content, number = path.read_bytes(), 1
    folder = project.path / "documents"
    folder.mkdir(exist_ok=True)
    copy = folder / path.name
    while copy.exists() and copy.read_bytes() != content:
        number += 1
        copy = folder / f"{path.stem} {number}{path.suffix}"
    copy_atomically(path, copy)
    return copy


async def bring_one(shop: Workshop, path: Path) -> str:
    """Copy one file into the open project; give its name there, as the brief writes it.

    Pictures and sounds become assets; looks, fonts and documents stay as they are. A 3D scene is named where
    it is, because it consists of more files than one.

    Raises:
        UnusableInputError: it is missing, or not what it looks like.
        StorageError: there is no room for it.
    """
    suffix, project = path.suffix.lower(), shop.project
    if suffix in WORLDS:
        return str(await asyncio.to_thread(path.resolve))
    if suffix in FONTS | {".cube"}:
        return project.relative(copy_look(path, project))
    if suffix in DOCUMENTS:
        return project.relative(await asyncio.to_thread(_copy_document, path, project))
    imported = await import_file(project, path, shop.workers, shop.hub)
    return imported.asset.path
