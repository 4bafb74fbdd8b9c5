"""How much memory messages may take, and what is raised when a node cannot be what its files say."""

CONTRACT = 1
VIEW_BYTES = 4096
JOB_BYTES = 4096
STATUS_BYTES = 1024
BODY_BYTES = 4096 + 128
"""The largest message that is for a node, with its topic; what is larger is skipped."""

PICTURE_BYTES = 2048
"""The largest picture that a node keeps: 1024x16."""

SCRATCH_BYTES = 1024
"""What a message takes at most without its pictures or slip."""

LATER_BYTES = 3200
"""What is kept together while modules are loaded, and then given back for TLS and for messages."""


class ConfigError(ValueError):
    """A file on the node's flash is not as it must be; the sentence names the file and what to do."""
