"""One project's database and folder. Does not know what is inside a document."""
