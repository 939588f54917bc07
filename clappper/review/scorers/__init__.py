"""One module for each kind of measurement. Each has VERSION, METRICS and ``measure(sample, prompt)``."""
