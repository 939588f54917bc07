"""The steps of the project."""
