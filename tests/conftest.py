"""What holds for every test: examples are found by work, not by the clock of a busy machine."""

from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
