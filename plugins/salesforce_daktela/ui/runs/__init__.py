"""What the pages of planning and activating share: how a sync stands, and its runs."""
