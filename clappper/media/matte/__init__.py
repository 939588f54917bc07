"""Cutting things out of pictures, and making them sit well in others."""
