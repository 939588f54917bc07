"""What this machine can do, what it lacks, what that would give, and how to get it.

Everything is tried, not guessed: an encoder that is built in may still have no driver behind it.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from clappper.base.paths import AppPaths, resource

GIGABYTE = 1_000_000_000
LEAST_DISK_BYTES = 2 * GIGABYTE
LEAST_MEMORY_BYTES = 4 * GIGABYTE
OLDEST_PYTHON, FIRST_UNTRIED_PYTHON = (3, 11), (3, 14)
PACKAGES = (
    "av",
    "numpy",
    "scipy",
    "opencv-python-headless",
    "pillow",
    "uharfbuzz",
    "python-bidi",
    "resvg-py",
    "pydantic",
)
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True, slots=True)
class Checkup:
    """One ability: whether it is ``ready``, what was found, what it gives, and how to get it."""

    name: str
    ready: bool
    detail: str
    gives: str
    how_to_get: str = ""


def examine(paths: AppPaths) -> tuple[Checkup, ...]:
    """Try everything the program can use. Changes nothing and asks no network."""
    return (
        _python(),
        _packages(),
        _sqlite(),
        _disk(paths),
        _memory(),
        _processors(),
        *_encoders(),
        _cuda(),
        _vulkan(),
        _fonts(),
        *_voices(paths),
        *_extras(),
        *_renderers(paths),
    )


def _python() -> Checkup:
    version = platform.python_version()
    ready = OLDEST_PYTHON <= sys.version_info[:2] < FIRST_UNTRIED_PYTHON
    return Checkup("Python", ready, version, "everything", "install Python 3.11, 3.12 or 3.13")


def _packages() -> Checkup:
    found = {name: _version(name) for name in PACKAGES}
    missing = [name for name, version in found.items() if not version]
    detail = f"missing: {', '.join(missing)}" if missing else f"{len(found)} found, PyAV {found['av']}"
    return Checkup("Packages", not missing, detail, "everything", "run: uv sync, or: pip install .")


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _sqlite() -> Checkup:
    from clappper.store.health import sqlite_state

    return Checkup("SQLite", ready=True, detail=sqlite_state(), gives="projects that survive a power cut")


def _disk(paths: AppPaths) -> Checkup:
    place = paths.cache
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return Checkup(
        "Disk space",
        free >= LEAST_DISK_BYTES,
        f"{free / GIGABYTE:.1f} GB free at {place}",
        "room for clips, proxies and exports",
        f"free at least {LEAST_DISK_BYTES / GIGABYTE:.0f} GB",
    )


def _memory() -> Checkup:
    total = memory_bytes()
    return Checkup(
        "Memory",
        total == 0 or total >= LEAST_MEMORY_BYTES,
        f"{total / GIGABYTE:.1f} GB" if total else "unknown on this system",
        "4K sources and several jobs at once",
        f"use a machine with {LEAST_MEMORY_BYTES / GIGABYTE:.0f} GB or more",
    )


def memory_bytes() -> int:
    """Give the memory this program may use, with a container's limit; 0 where the system does not tell."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0
    limit = CGROUP_LIMIT.read_text().strip() if CGROUP_LIMIT.is_file() else ""
    return min(total, int(limit)) if limit.isdigit() else total


def _processors() -> Checkup:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Checkup(
        "Processors", count >= 2, f"{count} usable", "painting and encoding side by side", "use two or more"
    )


def _encoders() -> Iterator[Checkup]:
    """Software encoders work wherever they are built in; those of a graphics card have to be tried."""
    from av.codec.codec import codecs_available

    from clappper.media.encode import encoder_works

    for name, shown, gives in (
        ("libx264", "H.264 encoder", "finished files"),
        ("libx265", "HEVC encoder", "smaller files"),
        ("libsvtav1", "AV1 encoder", "the smallest files"),
    ):
        built_in = name in codecs_available
        detail = name if built_in else f"{name} is not in this FFmpeg"
        yield Checkup(
            shown, built_in, detail, gives, "install PyAV's own wheel: pip install --force-reinstall av"
        )
    for name, shown in (("h264_nvenc", "H.264"), ("hevc_nvenc", "HEVC"), ("av1_nvenc", "AV1")):
        yield _card_encoder(name, shown, built_in=name in codecs_available, works=encoder_works)


def _card_encoder(name: str, shown: str, *, built_in: bool, works: Callable[[str], bool]) -> Checkup:
    ready = built_in and works(name)
    if ready:
        detail = f"{name} encoded a test picture"
    elif built_in:
        detail = f"{name} is built in, but no graphics card here can run it"
    else:
        detail = f"{name} is not in this FFmpeg"
    gives = f"{shown} exports on the graphics card, several times as fast"
    return Checkup(f"{shown} on NVIDIA", ready, detail, gives, "install an NVIDIA card with its driver")


def _cuda() -> Checkup:
    gives = "generating clips on this machine"
    how = "install an NVIDIA card with its driver"
    try:
        cuda = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return Checkup("CUDA", ready=False, detail="no NVIDIA driver", gives=gives, how_to_get=how)
    count = ctypes.c_int(0)
    if cuda.cuInit(0) != 0 or cuda.cuDeviceGetCount(ctypes.byref(count)) != 0 or not count.value:
        return Checkup(
            "CUDA", ready=False, detail="a driver, but no card answers", gives=gives, how_to_get=how
        )
    name = ctypes.create_string_buffer(256)
    cuda.cuDeviceGetName(name, len(name), 0)
    more = f" and {count.value - 1} more" if count.value > 1 else ""
    return Checkup("CUDA", ready=True, detail=name.value.decode(errors="replace") + more, gives=gives)


def _vulkan() -> Checkup:
    gives = "frame interpolation on any graphics card"
    found = ctypes.util.find_library("vulkan") or ctypes.util.find_library("vulkan-1")
    if found is None:
        how = "install the card's driver (Linux: apt install libvulkan1 mesa-vulkan-drivers)"
        return Checkup("Vulkan", ready=False, detail="no loader", gives=gives, how_to_get=how)
    version = ctypes.c_uint32(0)
    try:
        ctypes.CDLL(found).vkEnumerateInstanceVersion(ctypes.byref(version))
    except (OSError, AttributeError):
        return Checkup(
            "Vulkan", ready=False, detail=f"{found} does not load", gives=gives, how_to_get="reinstall it"
        )
    major, minor = version.value >> 22 & 0x7F, version.value >> 12 & 0x3FF
    return Checkup("Vulkan", ready=True, detail=f"loader {major}.{minor}", gives=gives)


def _fonts() -> Checkup:
    folder = resource("fonts")
    count = sum(path.suffix in {".ttf", ".otf"} for path in folder.glob("*"))
    gives = "titles in Latin, Greek, Cyrillic, Arabic, Hebrew and CJK"
    return Checkup("Fonts", count > 0, f"{count} bundled", gives, "reinstall the program: its fonts are gone")


def _voices(paths: AppPaths) -> Iterator[Checkup]:
    espeak = shutil.which("espeak-ng") or ""
    how = "Linux: apt install espeak-ng, macOS: brew install espeak-ng, Windows: winget install eSpeak-NG"
    yield Checkup("eSpeak NG", bool(espeak), espeak or "not found", "a plain synthetic voice-over", how)
    piper, folder = shutil.which("piper") or "", paths.models / "piper"
    voices = sorted(path.stem for path in folder.glob("*.onnx"))
    detail = f"{piper}, voices: {', '.join(voices)}" if piper and voices else "not found"
    if piper and not voices:
        detail = f"{piper}, but no voice in {folder}"
    how = f"pip install piper-tts, and put a voice (.onnx with its .json) into {folder}"
    yield Checkup("Piper", bool(piper and voices), detail, "a natural voice-over", how)


def _renderers(paths: AppPaths) -> Iterator[Checkup]:
    """Say which 3D renderers there are, in the order in which they are chosen."""
    from clappper.base.settings import SettingsFile
    from clappper.usd.backends import Renderer, survey

    for found in survey(SettingsFile(paths.config).load()):
        gives = "exact product shots from USD scenes"
        if isinstance(found, Renderer):
            yield Checkup(found.title, ready=True, detail="ready", gives=gives)
        else:
            yield Checkup(found.title, ready=False, detail=found.reason, gives=gives, how_to_get=found.hint)


def _extras() -> Iterator[Checkup]:
    """Look for optional packages without importing them."""
    for module, distribution, gives, how in (
        ("PySide6", "PySide6-Essentials", "the editor's windows", "pip install PySide6-Essentials"),
        ("torch", "torch", "scores by neural networks", 'pip install "clappper[ml]"'),
    ):
        ready = util.find_spec(module) is not None
        detail = _version(distribution) or "installed" if ready else "not installed"
        yield Checkup(module, ready, detail, gives, how)
