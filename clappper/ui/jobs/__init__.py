"""The jobs panel: the queue, and what a person decides about it."""
