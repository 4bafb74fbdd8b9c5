"""What the hall prints: tickets to ESC/POS bytes, printers and their status."""
