"""What is learned from ratings, what it foretells, and whether it has earned that."""
