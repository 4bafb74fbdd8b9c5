"""The disk of the hub's computer in a simulated hall: how it fails, and what a power cut leaves on it."""
