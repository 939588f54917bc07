"""Scenes in 3D: written, rendered, opened in a 3D program."""
