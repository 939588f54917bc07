"""Pictures between pictures."""
