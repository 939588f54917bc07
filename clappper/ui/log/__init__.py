"""The log panel, and the report that can be shown to others."""
