"""Lintel on a computer of its own: how it gets there, with or without a network, and how it goes again."""
