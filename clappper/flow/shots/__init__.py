"""One shot: asked of a provider, or painted over a 3D render."""
