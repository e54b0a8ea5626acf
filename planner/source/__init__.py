"""From paths to text, and from text to plain values with their places."""
