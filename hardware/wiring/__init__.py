"""Wiring diagrams and bills of materials, made from board files, so that no picture can disagree with the pins."""
