"""Shots from keyframes: planned, made, remembered."""
