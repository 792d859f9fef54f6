"""What Daktela last accepted for each record, and who is writing it now."""
