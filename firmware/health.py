"""How the node is, for its status; a module that is needed for a moment every few minutes, and forgotten after."""

import gc
import json
import time

import machine

_RESETS = "unknown power hard watchdog unknown soft"


def status(said, started, drift_ms, links, bad):
    """Return a status with the node's health, as JSON. started: ``time.time()``; drift_ms: None where not known."""
    cause = machine.reset_cause()
    words = _RESETS.split()
    gc.collect()
    text = '%s,"health":{"free":%d,"up_s":%d,"reset":"%s","links":%d,"bad":%d' % (
        json.dumps(said)[:-1],
        gc.mem_free(),
        max(0, time.time() - started),
        words[cause if 0 < cause < len(words) else 0],
        links,
        bad,
    )
    if drift_ms is not None:
        text += ',"drift_ms":%d' % drift_ms
    return text + "}}"
