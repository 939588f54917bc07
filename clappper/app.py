"""Assembles the program without windows."""
