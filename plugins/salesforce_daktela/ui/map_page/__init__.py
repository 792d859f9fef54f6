"""The step Map: the page around the table; its data come as JSON from routes of their own."""
