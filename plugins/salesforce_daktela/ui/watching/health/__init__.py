"""How syncs are: what all pages say of a sync that nobody has looked at since yesterday."""
