"""How the node is, for its status; a module that is needed for a moment every few minutes, and forgotten after.

It has hardly a name of its own, since names stay in memory for good.
"""

import gc
import json

import machine
from limits import CONTRACT
from version import VERSION


def status(*args):
    """Return a status with the node's health, as JSON.

    args: the node's boot, its parts and alerts by their kind, its `HubWatch` and `Link`, how many messages were bad.
    """
    boot, parts, alerts, hub, link, bad = args
    said = {"state": "ready", "boot": boot, "contract": CONTRACT, "fw": VERSION, "parts": list(parts)}
    alerts = {part: what for part, what in alerts.items() if what}
    if alerts:
        said["alerts"] = alerts
    rssi, drift_ms = link.nic.rssi(), hub.drift_ms
    cause = machine.reset_cause()
    words = "unknown power hard watchdog unknown soft".split()  # noqa: SIM905  (each of a list would be a name)
    gc.collect()
    return '%s,"health":{"free":%d,"up_s":%d,"reset":"%s",%s%s"links":%d,"bad":%d}}' % (
        json.dumps(said)[:-1],
        gc.mem_free(),
        hub.up_s,
        words[cause if 0 < cause < len(words) else 0],
        "" if drift_ms is None else '"drift_ms":%d,' % drift_ms,
        "" if rssi is None else '"rssi":%d,' % rssi,
        link.links,
        bad,
    )
