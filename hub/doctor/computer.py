"""Looks at the computer: disk, memory, heat, power, time, the programs and fonts that the hall needs."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from displays import glyphs
from hub.doctor.finding import Finding, ok, unknown, wrong
from hub.doctor.place import Place
from printers import rare_type

LOW_BYTES, LOW_FILES = 500 << 20, 10_000
LOW_MEMORY_BYTES = 100 << 20
HOT_C = 80.0
BROKER_AT_LEAST = (2, 0)
JUMP_MS = 120_000
THROTTLED = {0: "too little voltage", 1: "slowed down", 2: "throttled", 3: "near its heat limit"}
"""Bits of `vcgencmd get_throttled`; 16 higher they say that it has been so since the start."""
_GET_THROTTLED = ("sys", "devices", "platform", "soc", "soc:firmware", "get_throttled")
_SPARE = "take what does not belong there away; lintel archive --remove-old takes out old days"


def disk(place: Place) -> Iterator[Finding]:
    """Has the disk of the hub's folder room, and can it be written?"""
    folder = next(one for one in (place.state, *place.state.parents) if one.exists())
    try:
        found = os.statvfs(folder)
    except OSError as error:
        yield wrong("disk", f"{folder} cannot be looked at: {error.strerror}", "replace the disk, then lintel restore")
        return
    free = found.f_bavail * found.f_frsize
    if found.f_flag & os.ST_RDONLY:
        remedy = "a card that is worn out becomes so: replace it, then lintel restore"
        yield wrong("disk", f"{folder} is mounted for reading only", remedy)
    elif free < LOW_BYTES:
        yield wrong("disk", f"only {free >> 20} MB are free on the disk of {folder}", _SPARE)
    elif found.f_files > 0 and found.f_favail < LOW_FILES:
        yield wrong("disk", f"only {found.f_favail} more files fit on the disk of {folder}", _SPARE)
    else:
        yield ok("disk", f"{free >> 20} MB are free")


def memory(place: Place) -> Iterator[Finding]:
    """Has the computer memory left?"""
    found = re.search(r"^MemAvailable:\s+(\d+) kB", place.read("proc", "meminfo") or "", re.MULTILINE)
    if not found:
        yield unknown("memory", "this computer does not tell how much it has left")
        return
    left = int(found[1]) * 1024
    if left < LOW_MEMORY_BYTES:
        yield wrong("memory", f"only {left >> 20} MB are left", "end what the hall does not need (top shows it)")
    else:
        yield ok("memory", f"{left >> 20} MB are left")


def heat(place: Place) -> Iterator[Finding]:
    """Is the computer cool enough?"""
    said = place.read("sys", "class", "thermal", "thermal_zone0", "temp")
    if said is None or not said.lstrip("-").isdecimal():
        yield unknown("heat", "this computer does not tell how hot it is")
    elif int(said) / 1000 >= HOT_C:
        yield wrong("heat", f"{int(said) / 1000:.0f} °C", "give it air, or a heat sink; above 85 °C it slows down")
    else:
        yield ok("heat", f"{int(said) / 1000:.0f} °C")


def power(place: Place) -> Iterator[Finding]:
    """Does a Raspberry Pi get enough voltage?"""
    ran = place.run("vcgencmd", "get_throttled")
    said = ran.said.partition("throttled=")[2] if ran and not ran.code else place.read(*_GET_THROTTLED)
    try:
        bits = int(said or "", 16)
    except ValueError:
        yield unknown("power", "this computer does not tell about its voltage (only a Raspberry Pi does)")
        return
    now = [words for bit, words in THROTTLED.items() if bits >> bit & 1]
    before = [words for bit, words in THROTTLED.items() if bits >> bit + 16 & 1]
    remedy = "use the power supply that was made for it (5.1 V, 3 A or more) and a short cable"
    if now or before:
        yield wrong("power", f"{', '.join(now or before)}{'' if now else ', since its start'}", remedy)
    else:
        yield ok("power", "enough, since its start")


def time_of_day(place: Place) -> Iterator[Finding]:
    """Is the computer's clock set by a time server, and has it not jumped back?"""
    said = (place.run("timedatectl", "show", "-p", "NTPSynchronized", "--value") or (1, ""))[1]
    remedy = "name one: lintel install --ntp SERVER, or /etc/systemd/timesyncd.conf; a hall goes on without too"
    if said == "no":
        yield wrong("time", "no time server sets the computer's clock", remedy)
    elif said == "yes" or (place.root / "run/systemd/timesync/synchronized").exists():
        yield ok("time", "a time server sets the clock")
    else:
        yield unknown("time", "nobody here tells whether a time server sets the clock")
    alive = _alive(place.state / "alive")
    if alive > place.now + JUMP_MS:
        words = f"the hub was at work {(alive - place.now) // 60_000} minutes after now: the clock has jumped back"
        yield wrong("clock", words, "set the computer's clock right")


def _alive(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def fonts(_place: Place) -> Iterator[Finding]:
    """Are the fonts there that panels and papers are drawn with?"""
    path = glyphs.FOLDER / glyphs.FONTS[0]
    if not path.is_file():
        yield wrong("fonts", f"{path} is missing: panels stay dark", "apt-get install fonts-unifont")
    elif not rare_type.FONT.is_file():
        words = f"{rare_type.FONT} is missing: rare characters of names are printed as a box"
        yield wrong("fonts", words, "apt-get install fonts-babelstone-han")
    else:
        yield ok("fonts", "GNU Unifont and BabelStone Han are there")


def voice(place: Place) -> Iterator[Finding]:
    """Can the hall be spoken to, where it has a voice?"""
    if place.hall and not any(board.voice for board in place.hall.boards.values()):
        yield ok("voice", "the hall's file has no voice")
    elif place.program("espeak-ng"):
        yield ok("voice", "espeak-ng is there")
    else:
        words = "espeak-ng is missing: only recorded words are said"
        yield wrong("voice", words, "apt-get install espeak-ng")


def mosquitto(place: Place) -> Iterator[Finding]:
    """Is the broker's program there, and new enough?"""
    if place.hall and not place.hall.file.broker.own:
        yield ok("mosquitto", "the hall's file names a broker that is looked after elsewhere")
        return
    ran = place.run("mosquitto", "-h")
    if ran is None:
        yield wrong("mosquitto", "it is not installed", "apt-get install mosquitto")
        return
    found = re.search(r"version (\d+)\.(\d+)(\.\d+)?", ran.said)
    if not found:
        yield unknown("mosquitto", "it does not tell its version")
    elif (int(found[1]), int(found[2])) < BROKER_AT_LEAST:
        yield wrong("mosquitto", f"{found[0]} is too old", "install 2.0 or newer: apt-get install mosquitto")
    else:
        yield ok("mosquitto", found[0])
