"""Which of Mitsuba's variants works here: compiled through LLVM where a good library is found, else scalar.

LLVM 15 and older cannot compile its kernels, some of them by crashing; so a library is tried in a process of
its own before it is used.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

COMPILED, PLAIN = "llvm_ad_rgb", "scalar_rgb"
LIBRARY = "DRJIT_LIBLLVM_PATH"
OLDEST = 16
TRIAL_SECONDS = 60.0
_FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/opt/homebrew/opt/llvm/lib",
    "/usr/local/opt/llvm/lib",
    r"C:\Program Files\LLVM\bin",
)
_NAMES = ("libLLVM.so.*", "libLLVM-*.so*", "libLLVM.dylib", "LLVM-C.dll")
_TRIAL = """
import mitsuba as mi, numpy as np
mi.set_variant("llvm_ad_rgb")
film = {"type": "hdrfilm", "width": 4, "height": 4}
scene = mi.load_dict({
    "type": "scene", "light": {"type": "constant"}, "ball": {"type": "sphere"},
    "integrator": {"type": "path"}, "sensor": {"type": "perspective", "film": film},
})
assert np.isfinite(np.array(mi.render(scene, spp=1))).all()
"""


def choose() -> str:
    """Give the variant to use, and leave the library's place in the environment for it."""
    for library in (os.environ.get(LIBRARY, ""), *libraries()):
        if library and _works(library):
            os.environ[LIBRARY] = library
            return COMPILED
    return PLAIN


def libraries() -> Iterator[str]:
    """List LLVM libraries of this machine that are new enough, the newest first."""
    found = {
        path
        for folder in _FOLDERS
        for name in _NAMES
        for path in Path(folder).glob(name)
        if _version(path) is None or (_version(path) or 0) >= OLDEST
    }
    newest = sorted(found, key=lambda path: (-(_version(path) or 0), str(path)))
    seen: set[Path] = set()
    for path in newest:
        if path.resolve() not in seen:
            seen.add(path.resolve())
            yield str(path)


def _version(path: Path) -> int | None:
    numbers = re.search(r"LLVM(?:-|\.so\.)(\d+)", path.name)
    return int(numbers[1]) if numbers else None


def _works(library: str) -> bool:
    environment = os.environ | {LIBRARY: library}
    try:
        trial = subprocess.run(
            [sys.executable, "-c", _TRIAL],
            env=environment,
            capture_output=True,
            timeout=TRIAL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return trial.returncode == 0
