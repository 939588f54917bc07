"""Frames and samples, in and out. Opens no database and knows no timeline."""
