"""The timeline: geometry and gestures as plain values, one painted surface, and the dock around it."""
