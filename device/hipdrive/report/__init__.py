"""The report of a session: one HTML file that needs nothing else, for the screen and for paper."""
