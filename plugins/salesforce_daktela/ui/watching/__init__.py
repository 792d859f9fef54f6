"""The pages that watch a sync: what happened, what waits, what is lost, and what to do."""
