"""What the viewer and the timeline show and sound, made in other processes."""
