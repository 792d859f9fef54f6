"""Objects and fields as an org describes them."""
