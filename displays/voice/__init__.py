"""What the hall says: phrases, recorded clips, espeak-ng, a queue, a loudspeaker."""
