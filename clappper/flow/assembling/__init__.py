"""From shots to an edit: titles, backdrops, sound and look."""
