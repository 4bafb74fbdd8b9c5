"""What other machines may learn of the hall, for reading only: citizens' phones, other systems, readers of topics."""
