"""What has changed in either system's fields, since when, and the agreement to it."""
