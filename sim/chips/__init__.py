"""Models of the chips at the ends of a node's wires; each says what it models, and refuses what the chip refuses."""
