"""Editing by words: “make this scene brighter” becomes named operations that can be looked at first."""
