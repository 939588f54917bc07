"""The exact product shot: from a scene recipe to a USD stage, and from the stage to pictures and signals."""
