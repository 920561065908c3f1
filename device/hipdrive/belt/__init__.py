"""The treadmill's belt: where its speed comes from while a session goes on."""
