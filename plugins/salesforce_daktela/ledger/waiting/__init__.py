"""Records that are read again later: rejects, parked children, rereads."""
