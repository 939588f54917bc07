"""Editing by words, in a panel: a sentence is read, shown on the picture, ticked, and taken as one step."""
