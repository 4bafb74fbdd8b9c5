"""Reads the tickets that were given without the hub: each was noted before its paper moved, and how that ended after.

A record is a line of its own with a sum at its end. It begins with a line's end, so that whatever a power cut leaves of
one before it cannot touch it. What is no whole record was never written: its paper has not moved.
"""

import binascii
import json
import os

import store

FILE = "tickets"
NUMBERS_FILE = "numbers"


def ticket(at):
    """Return the first ticket at this place in the file or after it, and where to look for the next; None at the end.

    The ticket is a list: day, number, key, time in ms, how its paper ended, where its record begins. What has begun and
    not ended is in doubt.
    """
    found = None
    try:
        with open(FILE, "rb") as file:
            file.seek(at)
            while True:
                place = file.tell()
                line = file.readline()
                fields = _fields(line)
                if found and (not line or len(fields) == 4):
                    return found, place
                if not line:
                    return None
                if len(fields) == 4:
                    found = fields + ["in-doubt", place]
                elif found and len(fields) == 2 and fields[0] == found[1]:
                    found[4] = fields[1]
    except OSError:
        return None


def given(day):
    """Return the highest number that was given on a day, by key and letter, and the time of the last ticket, in ms."""
    numbers, last_ms, found = _kept(day), 0, ticket(0)
    while found:
        (of_day, number, key, at_ms, _, _), at = found
        last_ms = max(last_ms, int(at_ms))
        if of_day == day:
            key += number[0]
            numbers[key] = max(numbers.get(key, 0), int(number[1:]))
        found = ticket(at)
    return numbers, last_ms


def forget(day):
    """Let go of all tickets, once the numbers that were given on their day are kept without them. day: None is none."""
    if day:
        store.replace(NUMBERS_FILE, json.dumps([day, given(day)[0]]))
    os.remove(FILE)
    store.sync()


def _kept(day):
    """Return the numbers that were kept for a day; none where others are, or none."""
    try:
        with open(NUMBERS_FILE) as file:
            of_day, numbers = json.load(file)
    except (OSError, ValueError):
        return {}
    return numbers if of_day == day else {}


def _fields(line):
    """Return the fields of a record; none where the line is no whole one."""
    text, _, found = line.strip().rpartition(b" ")
    try:
        return text.decode().split(" ") if int(found, 16) == binascii.crc32(text) else []
    except ValueError:
        return []
