"""A week of a busy hall in minutes: real hub, broker and journal, players for devices, faults, and what must hold."""
