"""Measures the hub against the floor of the machine it runs on: ratios from one run, never bare times."""
