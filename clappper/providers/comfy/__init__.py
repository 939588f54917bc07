"""What the ComfyUI adapter is made of: workflows, and what a server tells while it works."""
