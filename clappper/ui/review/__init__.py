"""The Review workspace: what is to be judged, the clip, and the verdict."""
