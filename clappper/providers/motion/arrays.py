"""Names for picture arrays.

OpenCV's type stubs call every result "some numbers", so the element type is stated by the name and by the
docstrings rather than checked: ``Floats`` are float32, mostly 0..1; ``Bytes`` are uint8; ``Matrix`` float64.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Floats = NDArray[Any]
Bytes = NDArray[Any]
Matrix = NDArray[Any]
