"""The renderer that runs everywhere: Mitsuba 3 with Open Image Denoise, in a worker process."""
