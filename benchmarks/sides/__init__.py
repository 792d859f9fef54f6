"""One program for each side of a comparison; each measurement starts it again."""
