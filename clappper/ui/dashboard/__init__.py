"""What the ratings add up to, in figures and charts."""
