"""Finds what is wrong with a hall and its computer, and says what to do; see docs/operator.md."""
