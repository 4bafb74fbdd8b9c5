"""What the hall shows: text to pixels, pixels to panels."""
