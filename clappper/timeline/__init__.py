"""The edit, as values. Uses no package of ours but ``base``."""
