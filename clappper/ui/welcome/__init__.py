"""The page that shows when no project is open."""
