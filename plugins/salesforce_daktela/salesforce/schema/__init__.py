"""What an org's describe tells of objects and fields."""
