"""How the node is, for its status; a module that is needed for a moment every few minutes, and forgotten after.

It has hardly a name of its own, since names stay in memory for good.
"""

import gc
import json
import time

import machine


def status(*args):
    """Return a status with the node's health, as JSON.

    args: the status, ``time.time()`` of its start, drift_ms of `HubWatch`, its `Link`, and how many messages were bad.
    """
    said, started, drift_ms, link, bad = args
    rssi = link.nic.rssi()
    cause = machine.reset_cause()
    words = "unknown power hard watchdog unknown soft".split()  # noqa: SIM905  (each of a list would be a name)
    gc.collect()
    return '%s,"health":{"free":%d,"up_s":%d,"reset":"%s",%s%s"links":%d,"bad":%d}}' % (
        json.dumps(said)[:-1],
        gc.mem_free(),
        max(0, time.time() - started),
        words[cause if 0 < cause < len(words) else 0],
        "" if drift_ms is None else '"drift_ms":%d,' % drift_ms,
        "" if rssi is None else '"rssi":%d,' % rssi,
        link.links,
        bad,
    )
