"""Messages that wait for the broker, on disk and in memory."""
