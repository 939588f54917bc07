"""Finished files: ordered, written, measured."""
