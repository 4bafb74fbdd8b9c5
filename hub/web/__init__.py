"""The hub's web server: the hall screen, for reading only."""
