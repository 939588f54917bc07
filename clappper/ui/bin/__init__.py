"""The media bin: what the project has to cut with, and the takes of the clip in hand."""
