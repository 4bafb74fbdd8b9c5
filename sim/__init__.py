"""A whole hall without devices: real firmware on real MicroPython, model chips and paper."""
