"""One program for each side of a comparison, started anew for each measurement."""
