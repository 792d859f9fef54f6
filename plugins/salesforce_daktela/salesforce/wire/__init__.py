"""One request and its reply: address, credentials, network, errors, retries."""
