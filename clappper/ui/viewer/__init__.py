"""The viewer: what export will write, played in step with its sound."""
