"""The step Preview: real records before and after the draft."""
