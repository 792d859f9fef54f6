"""SOQL: text to tree, tree to SQLite."""
