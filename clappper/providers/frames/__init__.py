"""Draws what follows from pictures that are there already; invents nothing."""
