"""Copies of the journal and of the hall's folder, and the way back from them (docs/copies.md)."""
