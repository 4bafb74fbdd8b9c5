"""What each kind of device shows, in words and lamps; views.py makes pixels of it."""
