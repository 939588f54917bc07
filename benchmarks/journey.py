"""What a whole ``clappper make`` costs: CPU seconds and peak memory for a 15 s and a 60 s ad.

Run: python -m benchmarks.journey
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

from clappper.base.paths import resource as shipped


def stretched(brief: dict[str, Any], seconds: int) -> dict[str, Any]:
    """Give the same brief at another length, its scenes in proportion."""
    longer = deepcopy(brief)
    factor = seconds / brief["project"]["duration_s"]
    longer["project"] |= {"duration_s": seconds, "name": f"{brief['project']['name']} {seconds}"}
    for scene in longer["scenes"]:
        scene |= {"start_s": scene["start_s"] * factor, "end_s": scene["end_s"] * factor}
        for beat in scene.get("beats", ()):
            beat |= {"start": beat["start"] * factor, "end": beat["end"] * factor}
    return longer


def measure(brief: Path, out: Path) -> tuple[float, float]:
    """Make the ad in a process of its own; give its CPU seconds and the peak of its processes, in MB.

    Its shots are drawn, not rendered in 3D.
    """
    command = [sys.executable, "-m", "benchmarks.journey", "--one", str(brief), str(out)]
    drawn = os.environ | {"CLAPPPER_LOCAL_3D": "false"}
    answer = subprocess.run(command, check=True, capture_output=True, text=True, env=drawn)
    cpu, peak = answer.stdout.split()
    return float(cpu), float(peak)


def one(brief: str, out: str) -> None:
    command = [sys.executable, "-m", "clappper", "make", brief, "--out", out, "--yes-blocked", "--json"]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if not made.stdout:
        sys.exit(made.stderr)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024}\n")


def main() -> None:
    folder = shipped("demo")
    brief = json.loads((folder / "brief.json").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        for seconds in (15, 60):
            place = Path(scratch) / str(seconds)
            place.mkdir()
            for name in (path.name for path in folder.iterdir()):
                if not name.endswith(".json"):
                    (place / name).symlink_to(folder / name)
            (place / "brief.json").write_text(json.dumps(stretched(brief, seconds)))
            cpu, peak = measure(place / "brief.json", place / "out")
            sys.stdout.write(f"{seconds} s ad: {cpu:.1f} CPU s, largest process {peak:.0f} MB\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
    else:
        main()
