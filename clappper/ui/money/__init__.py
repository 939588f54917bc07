"""The money panel: what was spent, limits, and the ledger."""
