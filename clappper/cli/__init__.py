"""The command line: parses, asks the studio, prints."""
