"""The pipeline beside what somebody would use instead, measured on one machine."""
