"""What decides: rules, journal, service loop, views, command line."""
