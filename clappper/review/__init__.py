"""Judging clips, and learning from what people think of them. It advises; it starts and stops no work."""
