"""What was measured, drawn on the recording that it was measured on."""
