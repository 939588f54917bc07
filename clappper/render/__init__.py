"""From a timeline to picture, sound and file. Generates no footage."""
