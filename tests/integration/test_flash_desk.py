"""What stands around flashing: which board becomes what, MicroPython by hand, labels, the table, the way to the hub."""

import io
import os
import stat
from pathlib import Path

import pytest
import zxingcpp
from msgspec.structs import replace
from PIL import Image

from hardware.link import Address
from hub.config import Hall, load_hall
from hub.firmware_files import firmware_version, release
from hub.firmware_serial import SerialError, last_serial, next_serial
from hub.flashing.contents import HostError, check_board, identity, reached, read_manifest
from hub.flashing.errors import FlashError, WrongBoardError
from hub.flashing.job import Step
from hub.flashing.label import check_place, label_of, write_labels
from hub.flashing.link import About
from hub.flashing.micropython import FirmwareFileError, check_file, put_bin, put_uf2, volumes, wait_for_ports
from hub.flashing.ports import AssignError, Seen, assign, explicit, first_left, none_left
from hub.flashing.progress import Progress
from hub.flashing.record import Made, RecordError, keep_made, made_boards
from hub.secrets import load_secrets, update_keys
from sim.paper import read_slips

ROOT = Path(__file__).parents[2]
KEY = "5a" * 32
LAN = Address(host="192.168.10.2", port=1883)


def hall_of(folder: Path, more: str = "", device: str = "") -> Hall:
    text = (ROOT / "examples" / "one-counter.toml").read_text()
    path = folder / "hall.toml"
    path.write_text(more + "\n" + text + device)
    return load_hall(path)


def board(port: str, owner: tuple[str, str] | None = None) -> Seen:
    return Seen(port=port, about=About(platform="rp2", machine="W5500-EVB-Pico", version="1.29.0", owner=owner))


KNOWN = ("pad-1", "pad-2", "pad-3")


@pytest.mark.parametrize(
    ("boards", "wanted", "made", "expected"),
    [
        ([board("0"), board("1")], {"pad-1": "", "pad-2": ""}, (), {"pad-1": "0", "pad-2": "1"}),
        ([board("0"), board("1", ("h", "pad-1"))], {"pad-1": "", "pad-2": ""}, (), {"pad-1": "1", "pad-2": "0"}),
        ([board("0", ("h", "pad-3"))], {"pad-1": ""}, (), {}),
        ([board("0", ("h", "pad-3"))], {"pad-1": "0"}, (), {"pad-1": "0"}),
        ([board("0", ("other", "pad-3"))], {"pad-1": ""}, (), {"pad-1": "0"}),
        (
            [board("0"), board("1", ("h", "pad-1"))],
            {"pad-1": "", "pad-2": ""},
            ("pad-1",),
            {"pad-1": "1", "pad-2": "0"},
        ),
        ([board("0"), board("1")], {"pad-1": "", "pad-2": ""}, ("pad-1",), {"pad-2": "0"}),
        ([board("0", ("h", "pad-1")), board("1", ("h", "pad-1"))], {"pad-1": "", "pad-2": ""}, (), {"pad-1": "0"}),
        ([Seen(port="0"), board("1")], {"pad-1": "1", "pad-2": ""}, (), {"pad-1": "1", "pad-2": "0"}),
        ([Seen(port="0", error="busy")], {"pad-1": ""}, (), {}),
    ],
)
def test_a_board_that_is_somebody_stays_so_and_new_ones_get_the_names_left(
    boards: list[Seen], wanted: dict[str, str], made: tuple[str, ...], expected: dict[str, str]
) -> None:
    found = assign(boards, wanted, known=KNOWN, made=made, hall="h", ask=first_left)
    assert {device: one.port for device, one in found.items()} == expected


def test_nobody_is_made_a_device_where_nobody_is_to_be() -> None:
    assert assign([board("0")], {"pad-1": ""}, known=KNOWN, made=(), hall="h", ask=none_left) == {}
    assert explicit(["pad-1=/dev/ttyACM0", "pad-2"]) == {"pad-1": "/dev/ttyACM0", "pad-2": ""}
    with pytest.raises(AssignError, match="pad-1 is named twice; a device is one board"):
        explicit(["pad-1=/dev/ttyACM0", "pad-1=/dev/ttyACM1"])
    with pytest.raises(AssignError, match="each its own"):
        explicit(["pad-1=/dev/ttyACM0", "pad-2=/dev/ttyACM0"])


def test_a_board_of_another_chip_is_refused(tmp_path: Path) -> None:
    hall = hall_of(tmp_path)
    who = identity(hall, tmp_path, hall.device("pad-1"), reached(hall, tmp_path, LAN))
    pico = About(platform="rp2", machine="W5500-EVB-Pico with RP2040", version="1.29.0", nics=("WIZNET5K",))
    check_board(who, pico)
    with pytest.raises(WrongBoardError, match="pad-1 needs a w5500-evb-pico, and this board is a Generic ESP32"):
        check_board(who, replace(pico, platform="esp32", machine="Generic ESP32 module"))
    with pytest.raises(WrongBoardError, match=r"has no network.WIZNET5K; put on the one for W5500-EVB-Pico"):
        check_board(who, replace(pico, machine="Raspberry Pi Pico with RP2040", nics=()))
    with pytest.raises(WrongBoardError, match="loads bytecode 5, not 6"):
        check_board(who, replace(pico, bytecode=5))


def test_nodes_are_told_how_they_reach_the_hub(tmp_path: Path) -> None:
    hall = hall_of(tmp_path)
    with pytest.raises(HostError, match="--host"):
        reached(hall, tmp_path, Address(host="0.0.0.0", port=1883))
    for wrong in ("a b", "192.168.10", "0.0.0.0", "192.168.10.2:1883", ""):
        with pytest.raises(HostError, match="is no name and no address; say it like --host"):
            reached(hall, tmp_path, LAN, host=wrong)
    assert reached(hall, tmp_path, Address(host="127.0.0.1", port=1884), host="hub.local").host == "hub.local"
    tls = hall_of(tmp_path, '[broker]\nhost = "192.168.10.2"\ntls = true\nnames = ["hub.bag"]\n')
    found = reached(tls, tmp_path, LAN)
    assert (found.host, found.server_name, bool(found.ca_der)) == ("192.168.10.2", None, True)
    assert reached(tls, tmp_path, LAN, host="10.1.1.1").server_name == "hub.bag"
    crt, other = tmp_path / "authority" / "ca.crt", tmp_path / "other.crt"
    other.write_bytes(b"Subject: CN = hall\n" + crt.read_bytes() + b"\n")
    assert reached(tls, tmp_path, LAN, ca=other).ca_der == reached(tls, tmp_path, LAN, ca=crt).ca_der == found.ca_der
    other.write_bytes(found.ca_der or b"")
    assert reached(tls, tmp_path, LAN, ca=other).ca_der == found.ca_der
    for content in (b"", b"[hall]", b"-----BEGIN PRIVATE KEY-----\nMEECAQ==\n-----END PRIVATE KEY-----\n"):
        other.write_bytes(content)
        with pytest.raises(
            HostError, match=r"other\.crt: no certificate; name the authority's, such as authority/ca.crt"
        ):
            reached(tls, tmp_path, LAN, ca=other)
    with pytest.raises(HostError, match="cannot be read: No such file or directory; name the authority's certificate"):
        reached(tls, tmp_path, LAN, ca=tmp_path / "nothing.crt")
    nameless = hall_of(tmp_path, '[broker]\nhost = "192.168.10.2"\ntls = true\n')
    with pytest.raises(HostError, match=r'names = \["10.1.1.1"\]'):
        reached(nameless, tmp_path, LAN, host="10.1.1.1")


def test_a_node_s_settings_are_made_once_and_stay(tmp_path: Path) -> None:
    net = '[devices.net]\naddress = "192.168.10.31"\ngateway = "192.168.10.1"\ndns = "192.168.10.1"\n'
    hall = hall_of(tmp_path, device=net)
    last = hall.devices[-1]
    to = reached(hall, tmp_path, LAN)
    who = identity(hall, tmp_path, last, to)
    assert identity(hall, tmp_path, last, to) == who
    settings = who.files["settings.json"].decode()
    assert load_secrets(tmp_path / "secrets.json", []).passwords[last.name] in settings
    assert who.key == update_keys(tmp_path / "secrets.json", [])[last.name]
    assert '"net":{"address":"192.168.10.31","mask":"255.255.255.0"' in settings
    with pytest.raises(ValueError, match="is not in the node's own network"):
        hall_of(tmp_path, device=net.replace('gateway = "192.168.10.1"', 'gateway = "192.168.11.1"'))


def test_a_board_without_a_socket_needs_the_hall_s_access_point(tmp_path: Path) -> None:
    shipped = (ROOT / "hardware" / "boards" / "pad-pico.json").read_text()
    (tmp_path / "pad-radio.json").write_text(shipped.replace("w5500-evb-pico", "pico-w"))
    radio = '[[devices]]\nname = "pad-radio"\nkind = "guide"\nboard = "pad-radio"\nprints = "dispenser-1"\n'
    hall = hall_of(tmp_path, device=radio)
    device, to = hall.device("pad-radio"), reached(hall, tmp_path, LAN)
    with pytest.raises(HostError, match=r"Wi-Fi only; write \[wifi\]"):
        identity(hall, tmp_path, device, to)
    hall = hall_of(tmp_path, '[wifi]\nssid = "hall"\npassword_file = "wifi.password"\n', device=radio)
    with pytest.raises(HostError, match="write the password of hall into it"):
        identity(hall, tmp_path, device, to)
    (tmp_path / "wifi.password").write_text("open sesame\n")
    settings = identity(hall, tmp_path, device, to).files["settings.json"]
    assert b'"net":{"ssid":"hall","password":"open sesame","country":"CN"}' in settings


def test_a_manifest_is_one_device_s_own_and_its_version_is_what_the_node_says() -> None:
    found = release("9.8.7", 17, "bag/pad-1", KEY)
    said = read_manifest(found.manifest, KEY)
    assert said
    assert (said.version, said.target, said.serial, said.is_ours) == ("9.8.7", "bag/pad-1", 17, True)
    assert said.files.keys() == found.files.keys()
    assert b"9.8.7" in found.files["version.mpy"]
    assert {path for path in found.files if not path.endswith(".mpy")} == set()
    other = read_manifest(found.manifest, "00" * 32)
    assert other
    assert not other.is_ours
    flipped = read_manifest(found.manifest.replace(b"serial 17", b"serial 18"), KEY)
    assert flipped
    assert not flipped.is_ours
    assert read_manifest(b"\xff\xfe", KEY) is None
    assert release(firmware_version(), 1, "bag/pad-1", KEY).files["version.mpy"] != found.files["version.mpy"]


def test_serials_only_grow(tmp_path: Path) -> None:
    assert (last_serial(tmp_path), next_serial(tmp_path), next_serial(tmp_path), last_serial(tmp_path)) == (0, 1, 2, 2)
    (tmp_path / "firmware.serial").write_text("many")
    with pytest.raises(SerialError, match="above the serial of every node"):
        next_serial(tmp_path)


def test_which_boards_were_made_is_remembered(tmp_path: Path) -> None:
    made = Made(uid="e6", chip="w5500-evb-pico", version="0.1.0", serial=3, at=1)
    keep_made(tmp_path, "pad-1", made)
    assert made_boards(tmp_path) == {"pad-1": made}
    (tmp_path / "boards.json").write_text("[")
    with pytest.raises(RecordError, match="remove it"):
        made_boards(tmp_path)


def uf2(family: int) -> bytes:
    return b"UF2\n\x57\x51\x5d\x9e" + bytes(20) + family.to_bytes(4, "little") + bytes(480)


def drive(folder: Path, board_id: str = "RPI-RP2") -> Path:
    place = folder / "drive with space"
    place.mkdir()
    (place / "INFO_UF2.TXT").write_text(f"UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: {board_id}\n")
    return place


def test_a_board_that_waits_for_micropython_gets_its_file(tmp_path: Path) -> None:
    place, file = drive(tmp_path), tmp_path / "firmware.uf2"
    mounts = tmp_path / "mounts"
    mounts.write_text(f"proc /proc proc rw 0 0\n/dev/sda1 {str(place).replace(' ', chr(92) + '040')} vfat rw 0 0\n")
    assert volumes(mounts) == [place]
    file.write_bytes(uf2(0xE48BFF56))
    put_uf2(file, place)
    assert (place / "MICROPY.UF2").read_bytes() == file.read_bytes()
    file.write_bytes(uf2(0xE48BFF59))
    with pytest.raises(FirmwareFileError, match="another chip than the RPI-RP2"):
        put_uf2(file, place)
    file.write_bytes(b"MZ" * 512)
    with pytest.raises(FirmwareFileError, match="no UF2 file"):
        put_uf2(file, place)


def test_what_is_no_micropython_is_refused_before_a_board_is_touched(tmp_path: Path) -> None:
    for name, content in (("pico.uf2", uf2(0xE48BFF56)), ("PICO.UF2", uf2(0xE48BFF56)), ("esp.bin", b"\xe9\x05")):
        (tmp_path / name).write_bytes(content)
        check_file(tmp_path / name)
    for name, content, expected in (
        ("web.uf2", b"<html>", "no UF2 file; take the one for this board from micropython.org/download"),
        ("web.bin", b"", "no BIN file; take the one for this board"),
        ("hall.toml", b"[hall]", r"neither a \.uf2 \(Pico\) nor a \.bin \(ESP32\)"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FirmwareFileError, match=expected):
            check_file(tmp_path / name)
    with pytest.raises(FirmwareFileError, match=r"no\.uf2: No such file or directory; name MicroPython's file"):
        check_file(tmp_path / "no.uf2")


def test_boards_that_come_back_are_new_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([["a"], ["a"], ["a", "c"], ["a", "b", "c"]])
    assert wait_for_ports(lambda: next(looks), ["a"], 2) == ["b", "c"]
    monkeypatch.setattr("hub.flashing.micropython.APPEAR_S", 0.0)
    with pytest.raises(FlashError, match="1 of 1 boards did not come back"):
        wait_for_ports(lambda: ["a"], ["a"], 1)


def test_an_esp32_gets_its_file_by_esptool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool, heard = tmp_path / "esptool", tmp_path / "heard"
    tool.write_text(f'#!/bin/sh\necho "$@" >> {heard}\ntest "$2" != /dev/bad || {{ echo "No serial data"; exit 2; }}\n')
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("sys.executable", str(tmp_path / "bin" / "python"))
    put_bin(Path("esp.bin"), "/dev/ttyUSB0", "esp32-lan8720")
    put_bin(Path("s3.bin"), "/dev/ttyUSB1", "esp32-s3")
    assert heard.read_text().splitlines() == [
        "--port /dev/ttyUSB0 --baud 460800 write_flash -e 0x1000 esp.bin",
        "--port /dev/ttyUSB1 --baud 460800 write_flash -e 0x0 s3.bin",
    ]
    with pytest.raises(FlashError, match="esptool says: No serial data; hold BOOT"):
        put_bin(Path("esp.bin"), "/dev/bad", "esp32-s3")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(FlashError, match="pip install esptool"):
        put_bin(Path("esp.bin"), "/dev/ttyUSB0", "esp32-s3")


def test_labels_name_the_device_for_eyes_and_for_phones(tmp_path: Path) -> None:
    hall = hall_of(tmp_path)
    labels = [label_of(hall, device) for device in hall.devices]
    names = [f"{hall.id}/{device.name}" for device in hall.devices]
    picture, page, printer = tmp_path / "labels.png", tmp_path / "labels.pdf", tmp_path / "lp0"
    for path in (picture, page, printer):
        write_labels(path, labels)
    with Image.open(picture) as sheet:
        assert [
            code.text for code in sorted(zxingcpp.read_barcodes(sheet), key=lambda one: one.position.top_left.y)
        ] == names
    assert page.read_bytes().count(b"/Type /Page\n") == len(labels)
    slips = read_slips(printer.read_bytes())
    assert [slip.text[:2] for slip in slips] == [[hall.name, device.name] for device in hall.devices]
    with pytest.raises(FlashError, match="or a printer's device such as"):
        write_labels(tmp_path / "nowhere" / "x.png", labels)
    with pytest.raises(FlashError, match=r"x\.jpg: labels are a \.png, a \.pdf, or a printer's device"):
        write_labels(tmp_path / "x.jpg", labels)
    with pytest.raises(FlashError, match=r"x\.pdf: there is no folder .*nowhere; name a \.png"):
        check_place(tmp_path / "nowhere" / "x.pdf")
    with pytest.raises(FlashError, match="that is a folder"):
        check_place(tmp_path)
    write_labels(tmp_path / "LABELS.PNG", labels)
    assert (tmp_path / "LABELS.PNG").read_bytes() == picture.read_bytes()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_table_is_redrawn_on_a_terminal_and_told_in_lines_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    ports = {"pad-1": "/dev/ttyACM0", "lintel-10": "/dev/ttyACM1"}
    for stream in (io.StringIO(), Terminal()):
        table = Progress(ports, stream)
        for done in range(3):
            table.step("pad-1", Step(word="write", done=done, total=4))
        table.below("pad-1: press A")
        table.say("lintel-10", "done")
        said = stream.getvalue()
        if stream.isatty():
            assert said.count("\x1b[2A") == 3, "after words below, the table is drawn anew"
            assert said.endswith(
                "pad-1      /dev/ttyACM0  write [##########..........] 2/4\n\x1b[2Klintel-10  /dev/ttyACM1  done\n"
            )
        else:
            assert said.splitlines() == [
                "pad-1      /dev/ttyACM0  write [....................] 0/4",
                "pad-1: press A",
                "lintel-10  /dev/ttyACM1  done",
            ]
