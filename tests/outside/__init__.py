"""What the hall shows to phones and to other systems: from outside, and without a hub where none is needed."""
