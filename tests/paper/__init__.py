"""Tests of the paper model: the reader of ESC/POS, the model printer, and what other programs print."""
