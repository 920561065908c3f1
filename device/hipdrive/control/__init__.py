"""Commands that the device follows, and the state they leave it in; knows no transport."""
