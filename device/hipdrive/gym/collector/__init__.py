"""From the broker into the database, each message once."""
