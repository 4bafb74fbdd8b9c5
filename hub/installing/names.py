"""What the installed Lintel is called and where it lies; whoever meets it there takes the names from here."""

USER = "lintel"
"""Runs hub, copies and agents; nobody can sign in as it."""
KIOSK_USER = "lintel-kiosk"
"""Runs the browser of the hall screen, and may read nothing of the hub."""
USER_GROUPS = ("dialout", "gpio", "spi", "i2c", "lp", "video", "input", "audio")
"""Serial ports, pins, printers and sound; a group that a computer does not have is left out."""
KIOSK_GROUPS = ("video", "render", "input")

SETTINGS = "/etc/lintel"
"""The hall's file and what belongs beside it. The hub writes here, since people change the hall on its pages."""
HALL_FILE = f"{SETTINGS}/hall.toml"
AGENTS = f"{SETTINGS}/agents"
"""NAME.password of each device whose agent runs here, and ca.crt where the hub is another computer."""
STATE = "/var/lib/lintel"
AGENT_STATE = "/var/lib/lintel-agent"
KIOSK_STATE = "/var/lib/lintel-kiosk"
PROGRAMS = "/opt/lintel"
CURRENT = f"{PROGRAMS}/current"
COMMAND = "/usr/local/bin/lintel"
NOTES = "/var/lib/lintel-install"
"""What the installation has made, for `lintel uninstall`; of root alone, which does what stands there."""
FIREWALL = f"{NOTES}/firewall.nft"
UNITS = "/etc/systemd/system"
ARCHIVES = "/var/backups"

HUB_UNIT = "lintel-hub.service"
COPIES_UNIT = "lintel-copies.service"
DRILL_UNIT, DRILL_TIMER = "lintel-drill.service", "lintel-drill.timer"
KIOSK_UNIT = "lintel-kiosk.service"
FIREWALL_UNIT = "lintel-firewall.service"
AGENT_UNIT = "lintel-agent@.service"

AGENTS_RUNNING = "lintel-agent@*.service"
"""All agents that run, as systemctl takes it."""

SHARED_UMASK = 0o022
"""What root makes for everybody, such as programs, is made under it, whatever root has of his own."""
RELEASE, PYTHON = "bookworm", "3.11"
"""Debian 12, and Raspberry Pi OS that is made from it."""
