"""The rules of the queue: pure, without I/O, clock, randomness, MQTT or SQL."""
