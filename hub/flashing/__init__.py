"""Makes nodes of boards: finds them, puts on them what they need, looks whether it is there, and tests their parts."""
