"""What a node can be made of; each part is one module, driven by the pins that the board file names."""
