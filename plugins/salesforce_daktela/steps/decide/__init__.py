"""What each row needs, found out without writing anything."""
