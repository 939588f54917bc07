"""Slow or paid work that survives a crash. Does not decide what to make."""
