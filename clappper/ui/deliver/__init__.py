"""The Deliver workspace: versions times aspects, how they are written, and what became of them."""
