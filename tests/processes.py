"""What tests ask of processes that are not their own children."""

import os
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that is dead but not yet collected by its adopter does not."""
    if Path("/proc/self").exists():
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False
        return status.rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
