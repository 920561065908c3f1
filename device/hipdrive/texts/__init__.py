"""What is said to people, in their language: messages with fields, and a catalogue of sentences."""
