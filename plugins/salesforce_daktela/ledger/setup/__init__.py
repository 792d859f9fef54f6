"""What people prepare on the pages."""
