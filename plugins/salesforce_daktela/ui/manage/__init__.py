"""Copy a sync, rename or delete what it has: what follows for records is said before."""
