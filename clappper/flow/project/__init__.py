"""The open project: its session, and what is kept, mended and found again."""
