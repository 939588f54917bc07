"""What work costs: the ledger of every attempt, the caps, and what was learned from both."""
