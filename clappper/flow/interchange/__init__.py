"""Edits to and from other programs: OpenTimelineIO, Final Cut Pro X, EDL, and captions."""
