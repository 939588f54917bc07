"""From a brief to a routed storyboard: pure, instant, no I/O."""
