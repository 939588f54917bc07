"""What a reviewer has in hand, as the panels of Review share it."""
