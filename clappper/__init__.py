"""Clappper turns a written ad brief into finished video ads. Importing it loads nothing heavy."""

__version__ = "0.1.0"
