"""Trials for flash_cuts.py, in MicroPython's Python: a node's firmware is put there, renewed, tried and taken back."""

COMMON = '''
import os

SETTINGS = '{{"hall": "donghu", "device": "dispenser-1", "key": "{key}"}}'
BOARD = '{{"chip": "w5500-evb-pico"}}'

def files(folder):
    """Return path and bytes of all files in a folder of the PC."""
    found = []
    for name, kind, *_ in os.ilistdir("{host}/" + folder):
        if kind == 0x4000:
            found += [(name + "/" + path, data) for path, data in files(folder + "/" + name)]
        else:
            with open("{host}/" + folder + "/" + name, "rb") as file:
                found.append((name, file.read()))
    return found

def write(path, data):
    """Write a file as mpremote does."""
    folders = path.split("/")[:-1]
    for depth in range(len(folders)):
        try:
            os.mkdir("/".join(folders[: depth + 1]))
        except OSError:
            pass
    with open(path, "wb") as file:
        for at in range(0, len(data), 256):
            file.write(data[at : at + 256])

def put(slot, folder):
    """Make a slot whole."""
    found = dict(files(folder))
    for path in sorted(found):
        if path != "manifest":
            write(slot + "/" + path, found[path])
    write(slot + "/manifest", found["manifest"])

def configure():
    write("settings.json", SETTINGS.encode())
    write("board.json", BOARD.encode())

def slot_started():
    """Start as main.py does, and return the slot that is run; it must be whole, to the byte, as must the settings."""
    import sys, loader
    if not loader.start():
        return None
    slot = sys.path[0]
    with open(slot + "/manifest", "rb") as file:
        manifest = file.read()
    whose = [name for name in ("old", "new", "older") if manifest == dict(files(name)).get("manifest")]
    assert whose, slot + " has another manifest"
    for path, data in files(whose[0]):
        with open(slot + "/" + path, "rb") as file:
            assert file.read() == data, slot + "/" + path
    with open("settings.json") as file:
        assert file.read() == SETTINGS
    with open("board.json") as file:
        assert file.read() == BOARD
    return slot, whose[0]

def played(message):
    """Say a message to a node's updater as the hub does, hand out what it wants, and return its answer."""
    import asyncio, json
    from update import Update
    new, answers = dict(files("new")), []
    def ask(text):
        want = json.loads(text)
        data = new[want["file"]][want["from"] : want["from"] + 2048]
        asyncio.create_task(hand(dict(want, do="piece", data="@0"), data))
    async def hand(piece, data):
        update.hear((piece, [bytearray(data)]), None)
    class Node:
        root, key, scratch = "hall/donghu/dispenser-1/", "{key}", memoryview(bytearray(1024))
        want = lambda self, text: ask(text)
        is_quiet = lambda self: True
        def end_update(self, name, why):
            answers.append(why)
            answers.append("end")
    update = Update(Node())
    async def run():
        lifted = [bytearray(message.pop("lifted"))] if "lifted" in message else []
        update.hear((message, lifted), None)
        while "end" not in answers:
            await asyncio.sleep_ms(0)
    asyncio.run(run())
    return answers[0]

def offer():
    import binascii
    manifest = dict(files("new"))["manifest"]
    mac = binascii.a2b_base64(manifest.split()[-1])
    return dict(do="update", id="20261121-u00001", size=len(manifest), mac="@0", lifted=mac)
'''

PROVISION = """
def prepare():
    pass

def work():
    for name in ("slot", "a/manifest"):
        try:
            os.remove(name)
        except OSError:
            pass
    configure()
    put("a", "new")
    write("slot", b"a")
    assert slot_started() == ("a", "new")

def check():
    assert slot_started() in (None, ("a", "new"))
"""

UPDATE = """
def prepare():
    configure()
    put("a", "old")
    put("b", "older")
    write("slot", b"a")

def work():
    assert slot_started() == ("a", "old")
    answer = played(offer())
    assert answer is None, answer
    with open("b/manifest", "rb") as file:
        assert file.read() == dict(files("new"))["manifest"]
    assert sorted(os.listdir("b")) == sorted({path.split("/")[0] for path, _ in files("new")}), os.listdir("b")
    for path, data in files("new"):
        with open("b/" + path, "rb") as file:
            assert file.read() == data, path

def check():
    assert slot_started() == ("a", "old")
"""

SWITCH = """
def prepare():
    configure()
    put("a", "old")
    put("b", "new")
    write("slot", b"a")

def work():
    slot = slot_started()
    if slot == ("a", "old"):
        played(dict(do="switch", id="20261121-u00001"))
        assert False, "it goes on"
    assert slot == ("b", "new")

def check():
    with open("slot") as file:
        said = file.read()
    slot = slot_started()
    assert slot == (("a", "old") if said == "a" else ("b", "new")), (said, slot)
    assert said in ("a", "a b 3", "a b 2", "a b 1"), said
"""

ROLLBACK = """
def prepare():
    configure()
    put("a", "old")
    put("b", "new")
    write("slot", b"a b 3")

def work():
    import sys
    starts = []
    for _ in range(5):
        starts.append(slot_started())
        sys.path.pop(0)
    assert starts[-2:] == [("a", "old")] * 2
    assert starts.count(("b", "new")) <= 3
    with open("slot") as file:
        assert file.read() == "a failed"

def check():
    assert slot_started() in (("a", "old"), ("b", "new"))
"""

CONFIRM = """
def prepare():
    configure()
    put("a", "old")
    put("b", "new")
    write("slot", b"a b 3")

class Node:
    _view = True

def work():
    import asyncio, trial
    if slot_started() == ("b", "new"):
        asyncio.run(trial.run(Node(), "b"))
        with open("slot") as file:
            assert file.read() == "b"

def check():
    assert slot_started() == ("b", "new")
"""
