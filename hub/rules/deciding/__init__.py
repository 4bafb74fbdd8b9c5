"""What each command leads to, by theme; decide.py brings them together."""
