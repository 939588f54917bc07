"""The captions of the edit: a list to read, time and correct, with SubRip in and out."""
