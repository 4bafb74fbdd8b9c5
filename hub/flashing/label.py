"""Labels for nodes: the device's name in letters and as a QR code, as a picture, a page or a printer's bytes."""

from pathlib import Path

from PIL import Image, ImageDraw

from hardware.kinds import kind_words
from hub.config import Device, Hall
from hub.flashing.errors import FlashError
from printers.layout import Cut, Document, Feed, Qr, Rule, Text
from printers.output import print_bytes
from printers.profile import Profile, profile
from printers.raster import rows_of

WIDTH_PROFILE = "raster-58"
SCALE = 2
DPI = 203 * SCALE
"""Of a picture in which a dot of 0.125 mm is SCALE dots wide."""
MARGIN_PX = 16
OTHER_PICTURES = {".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".tif", ".tiff", ".webp"}
"""What would be taken for a printer, and filled with its bytes."""


def label_of(hall: Hall, device: Device) -> Document:
    """Return the label of a device: hall, name, what and where it is, and a QR code of its name in topics."""
    return (
        Text(hall.name, align="centre"),
        Text(device.name, align="centre", width=2, height=2, is_bold=True),
        Text(place_of(device), align="centre"),
        Text(f"{device.board}  {address_of(device)}", align="centre"),
        Feed(dots=12),
        Qr(f"{hall.id}/{device.name}", module_dots=5),
        Rule(),
        Feed(lines=1),
        Cut(),
    )


def place_of(device: Device) -> str:
    """Return where a device belongs: its label, or its counter and kind."""
    kind = kind_words(device.kind)
    if device.label:
        return f"{device.label}（{kind}）"
    return kind if device.counter is None else f"{device.counter}号窗 {kind}"


def address_of(device: Device) -> str:
    """Return a device's fixed address, or that it gets one."""
    return device.net.address if device.net else "DHCP"


def test_paper(hall: Hall, device: Device, of: Profile) -> bytes:
    """Return what a printer puts out when its node is tested."""
    lines = (Text("自检 SELF-TEST", align="centre"), Text(device.name, align="centre"), Text(place_of(device)))
    return print_bytes((Text(hall.name, align="centre"), *lines, Feed(lines=1), Cut()), of)


def check_place(path: Path) -> None:
    """Raise FlashError where labels cannot be written: to be known before boards are flashed."""
    if path.suffix.lower() in OTHER_PICTURES:
        raise FlashError(
            f"{path}: labels are a .png, a .pdf, or a printer's device such as /dev/usb/lp0; name one of them"
        )
    if path.is_dir() or not path.parent.is_dir():
        what = "that is a folder" if path.is_dir() else f"there is no folder {path.parent}"
        raise FlashError(f"{path}: {what}; name a .png, a .pdf, or a printer's device such as /dev/usb/lp0")


def write_labels(path: Path, labels: list[Document], of: str = "generic-58") -> None:
    """Write labels to a .png (one under the other) or a .pdf (one a page), or a printer's bytes anywhere else.

    of: profile of the printer that the bytes are for. Raises FlashError where the file cannot be written.
    """
    if not labels:
        return
    check_place(path)
    kind = path.suffix.lower()
    try:
        if kind == ".png":
            _sheet([picture_of(one) for one in labels]).save(path, dpi=(DPI, DPI))
        elif kind == ".pdf":
            first, *rest = [picture_of(one) for one in labels]
            first.save(path, save_all=True, append_images=rest, resolution=DPI)
        else:
            path.write_bytes(b"".join(print_bytes(one, profile(of)) for one in labels))
    except OSError as error:
        raise FlashError(
            f"{path}: {error.strerror or error}; name a .png, a .pdf, or a printer's device such as /dev/usb/lp0"
        ) from error


def picture_of(label: Document) -> Image.Image:
    """Return a label as black dots on white, with a margin."""
    printer = profile(WIDTH_PROFILE)
    rows = [row for element in label if not isinstance(element, Rule) for row in rows_of(element, printer)]
    width = printer.width_dots
    data = b"".join(row.to_bytes(width // 8, "big") for row in rows)
    dots = Image.frombytes("1", (width, len(rows)), bytes(byte ^ 0xFF for byte in data))
    large = dots.resize((width * SCALE, len(rows) * SCALE), Image.Resampling.NEAREST)
    framed = Image.new("1", (large.width + 2 * MARGIN_PX, large.height + 2 * MARGIN_PX), 1)
    framed.paste(large, (MARGIN_PX, MARGIN_PX))
    return framed


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    """Return labels one under the other, with a dashed line to cut along below each."""
    sheet = Image.new("1", (pictures[0].width, sum(one.height for one in pictures)), 1)
    pencil = ImageDraw.Draw(sheet)
    top = 0
    for one in pictures:
        sheet.paste(one, (0, top))
        top += one.height
        for left in range(0, sheet.width, 4 * MARGIN_PX):
            pencil.line(((left, top - 1), (left + 2 * MARGIN_PX, top - 1)), fill=0)
    return sheet
