"""The tables of the hall's file that the hall screen (综合屏) is made from; see docs/hall-file.md."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Title = Annotated[str, Meta(min_length=1, max_length=20)]
Line = Annotated[str, Meta(min_length=1, max_length=120)]
Field = Annotated[str, Meta(max_length=400)]
Version = Annotated[str, Meta(max_length=20)]
Effective = Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")]
HostName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9:][A-Za-z0-9.:-]{0,62}\Z")]
FileName = Annotated[str, Meta(max_length=100)]
Slot = Literal["hours", "services", "phones", "guides", "pages", "staff", "qr"]
Arrow = Literal["", "left", "right", "up"]

ORDER: tuple[Slot, ...] = ("hours", "services", "phones", "guides", "pages", "staff", "qr")


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What these tables have in common: nothing is changed, nothing unknown is let through."""


class WebTable(Table, frozen=True, kw_only=True):
    """``[web]``: where the hub serves its pages. port 0: nowhere. host: 0.0.0.0 lets other machines see them.

    names: by which browsers call it, further ones. certificate, key: of the station's own, PEM, beside this file.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    names: Annotated[tuple[HostName, ...], Meta(max_length=20)] = ()
    certificate: FileName = ""
    key: FileName = ""


class Guide(Table, frozen=True, kw_only=True):
    """``[services.guide]``: the eight things that a service tells at once (一次性告知, M35); an empty one is left out.

    version, effective: of this guide; left out, those of the screen.
    """

    basis: Field = ""
    conditions: Field = ""
    materials: Field = ""
    place: Field = ""
    times: Field = ""
    process: Field = ""
    time_limit: Field = ""
    fee: Field = ""
    version: Version = ""
    effective: Effective = ""


class PublicPage(Table, frozen=True, kw_only=True):
    """``[[screen.pages]]``: what the hall makes public (M21): fees, conditions, procedures; as of when it holds."""

    title: Title
    lines: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=40)]
    version: Annotated[str, Meta(min_length=1, max_length=20)]
    effective: Annotated[Effective, Meta(min_length=1)]


class QrTable(Table, frozen=True, kw_only=True):
    """``[screen.qr]``: 码上监督 (S15). text: what the code says. dwell_s: how long it stays, long enough to scan it."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]
    label: Title = "码上监督"
    dwell_s: Annotated[float, Meta(ge=10, le=600)] = 20.0


class ScreenTable(Table, frozen=True, kw_only=True):
    """``[screen]``: what the hall screen shows beside the queue.

    welcome: while nobody is called (S27). call_s: how long a call is the large one. dwell_s: how long a page stays.
    order: the pages in turn. notices: of the band (M47). safety_sign: a supplied picture (M3). version, effective: of
    the pages that are made from this file.
    """

    welcome: Annotated[str, Meta(max_length=20)] = "欢迎光临"
    call_s: Annotated[float, Meta(ge=10, le=600)] = 60.0
    dwell_s: Annotated[float, Meta(ge=5, le=600)] = 12.0
    order: tuple[Slot, ...] = ORDER
    notices: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()
    pages: Annotated[tuple[PublicPage, ...], Meta(max_length=30)] = ()
    qr: QrTable | None = None
    safety_sign: FileName = ""
    version: Version = ""
    effective: Effective = ""
