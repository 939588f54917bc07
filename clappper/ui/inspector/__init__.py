"""The inspector: everything about the clip in hand, to be read, typed and dragged."""
