"""Scripts that other programs' Pythons run: each stands alone and shares only files with this program."""
