"""SOQL, and queries over REST and by Id."""
