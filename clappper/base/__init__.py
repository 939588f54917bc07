"""Words everyone shares: units, ids, errors, events, clock, settings, paths, logs. Knows nothing of ads."""
