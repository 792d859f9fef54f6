"""Records that come again: rejects, parked children, rereads."""
