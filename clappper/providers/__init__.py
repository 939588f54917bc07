"""Video, sound and picture generators behind one shape. Nothing here retries, waits or stores."""
