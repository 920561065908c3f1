"""What is kept of a session: the folder of files, and the summary."""
