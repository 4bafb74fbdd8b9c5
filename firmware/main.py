"""Starts the firmware that loader.py has chosen; never changed over the air. It is short since it stays in memory."""

import sys

import loader

found = loader.start()
del loader, sys.modules["loader"]
if found:
    __import__("run").main()
