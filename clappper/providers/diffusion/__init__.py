"""What the diffusers adapter runs in a child process."""
