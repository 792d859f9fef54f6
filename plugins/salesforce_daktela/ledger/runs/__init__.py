"""What runs leave behind: watermarks, checkpoints, totals, schemas."""
