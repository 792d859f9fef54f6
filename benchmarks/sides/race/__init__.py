"""One contestant of the race in each module; every one leaves its rows in files of its home."""
