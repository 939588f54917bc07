"""One module per thing a person can do. Holds no state between calls."""
