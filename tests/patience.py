"""How long a test waits for what must happen before it says that it never will.

Far longer than any machine needs, however busy: nothing that works comes near it, so it decides nothing.
"""

PATIENCE_SECONDS = 180.0
