"""What is known of a hub beside what it does: its counts, its metrics, what its log says of devices, its bounds."""
