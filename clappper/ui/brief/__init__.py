"""The Brief workspace: the form, the scenes as table and storyboard, and the scorecard beside them."""
