"""OAuth sign-in, the kept session, and which organization answers."""
