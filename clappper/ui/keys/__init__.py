"""The keys of services."""
