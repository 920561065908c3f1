"""A runner with known answers: drawn, or as key points, and every angle and event of theirs."""
