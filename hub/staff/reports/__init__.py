"""What the worker process does for the statistics: reports as HTML with pictures, and as files."""
