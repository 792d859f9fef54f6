"""One request and its reply: connection, transport, verdict, errors, retries, pace."""
