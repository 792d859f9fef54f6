"""OAuth sign-in, the shared session, and the check of the organization."""
