"""What is worked out for an edit beside it: captions, song sections, matching colours."""
