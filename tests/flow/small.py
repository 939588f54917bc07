"""The program as its users start it, but for ads of a quarter of the width and height.

Every step is taken, at a sixteenth of the pixels, and Ctrl-C is heeded also where whoever started the tests
does not.
"""

import signal
import sys
from pathlib import Path

from clappper.render.canvas import ASPECTS

SIZES = {aspect: (width // 4, height // 4) for aspect, (width, height) in ASPECTS.items()}


def making(brief: Path, out: Path) -> list[str]:
    """Give the command that makes an ad of a brief."""
    return [sys.executable, __file__, "make", str(brief), "--out", str(out)]


if __name__ == "__main__":
    from clappper.__main__ import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    ASPECTS.update(SIZES)
    main()
