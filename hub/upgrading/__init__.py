"""A new version of Lintel in a running hall, between two calls, and back again (docs/upgrading.md)."""
