"""The program as its users start it, but for ads of a third of the width and height.

Every step is taken, at a ninth of the pixels. It heeds Ctrl-C also where whoever started the tests does not.
"""

import signal
import sys
from pathlib import Path

from clappper.render.canvas import ASPECTS

SIZES = {aspect: (width // 3, height // 3) for aspect, (width, height) in ASPECTS.items()}


def making(brief: Path, out: Path) -> list[str]:
    """Give the command that makes an ad of a brief."""
    return [sys.executable, __file__, "make", str(brief), "--out", str(out)]


if __name__ == "__main__":
    from clappper.__main__ import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    ASPECTS.update(SIZES)
    main()
