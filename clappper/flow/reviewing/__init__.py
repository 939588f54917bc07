"""What people think of clips: seen, rated, measured, handed on."""
