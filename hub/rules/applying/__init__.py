"""What each kind of fact does to the state, by theme; apply.py brings them together."""
