"""Pressing Generate, and every verb that makes something new in an open project."""
