"""Models of the chips on the ends of a node's wires; each says what it is a model of, and refuses what the chip refuses."""
