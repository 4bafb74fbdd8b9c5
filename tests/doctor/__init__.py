"""What `lintel doctor` says."""
