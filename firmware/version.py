"""The firmware's version, which a node tells the hall in its status."""

VERSION = "0.1.0"
