"""What a maintainer may ask at the hub's door: how the devices are, and a new firmware for them."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from hub.config import Hall
from hub.edits.editor import HallEditor
from hub.edits.kinds import Edit
from hub.edits.permission import may_change, places_in, places_of
from hub.edits.ready import NotChangedError
from hub.edits.record import Record, RecordError
from hub.maintenance import Maintenance
from hub.words import REFUSED

Version = Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}\Z")]
FirmwareName = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
DeviceName = Annotated[str, Meta(max_length=32)]
MAINTAINER = "maintainer"
"""The role of who may change devices' firmware."""


class ShowDevices(Struct, frozen=True, kw_only=True, tag="devices", forbid_unknown_fields=True):
    """How are the devices?"""


class ShowUpdate(Struct, frozen=True, kw_only=True, tag="show-update", forbid_unknown_fields=True):
    """How far is the update?"""


class StartUpdate(Struct, frozen=True, kw_only=True, tag="update", forbid_unknown_fields=True):
    """Bring a firmware to devices. firmware: its name in the store. devices: empty is all nodes."""

    version: Version
    firmware: FirmwareName
    devices: Annotated[tuple[DeviceName, ...], Meta(max_length=200)] = ()


class StopUpdate(Struct, frozen=True, kw_only=True, tag="stop-update", forbid_unknown_fields=True):
    """Begin nothing more of the update."""


class ChangeFile(Struct, frozen=True, kw_only=True, tag="change-file", forbid_unknown_fields=True):
    """Change the hall's file while the hub works: all edits or none."""

    edits: Annotated[tuple[Edit, ...], Meta(min_length=1, max_length=100)]


class UndoChange(Struct, frozen=True, kw_only=True, tag="undo-change", forbid_unknown_fields=True):
    """Take one change of the hall's file back."""

    number: Annotated[int, Meta(ge=1)]


class AdoptFile(Struct, frozen=True, kw_only=True, tag="adopt-file", forbid_unknown_fields=True):
    """Take what was written into the hall's file by hand."""


FileOrder = ChangeFile | UndoChange | AdoptFile
EDITORS = ("system", "business", "announcer", MAINTAINER)
"""The roles of who may change something of the hall's file; which of it, `hub.edits.permission` says."""
Show = ShowDevices | ShowUpdate
Change = StartUpdate | StopUpdate | FileOrder


class Office:
    """Answers a maintainer. Looking needs no PIN: the door opens for the hub's own user alone."""

    def __init__(self, hall: Hall, maintenance: Maintenance, editor: HallEditor) -> None:
        self._hall = hall
        self._maintenance = maintenance
        self._editor = editor

    def show(self, order: Show) -> msgspec.Raw:
        """Return what was asked for as JSON."""
        found = self._maintenance.devices() if isinstance(order, ShowDevices) else self._maintenance.update()
        return msgspec.Raw(msgspec.json.encode(found))

    @property
    def is_open_to_all(self) -> bool:
        """Whether nobody has a number here, so that nobody can say who he is."""
        return not self._hall.file.people

    def may(self, person: str, order: Change) -> bool:
        """Tell whether somebody may change firmware, or the hall's file."""
        known = self._hall.person(person)
        roles = EDITORS if isinstance(order, FileOrder) else (MAINTAINER,)
        return self.is_open_to_all or (known is not None and any(role in roles for role in known.roles))

    async def change(self, order: Change, by: str) -> tuple[bool, str]:
        """Return whether it was done, and what came of it in words."""
        if isinstance(order, FileOrder):
            return await self._change_file(order, by)
        updating = self._maintenance.updating
        try:
            if isinstance(order, StopUpdate):
                return (
                    (True, "升级已停止") if updating.stop(by) else (False, "没有正在进行的升级；用 --status 查看上一次")
                )
            rollout = await updating.start(order.version, order.firmware, order.devices, by)
        except (OSError, ValueError) as error:
            return False, str(error)
        return True, f"开始升级到 {rollout.version}，共 {len(rollout.targets)} 台"

    async def _change_file(self, order: FileOrder, by: str) -> tuple[bool, str]:
        try:
            if not await self._may_touch(order, by):
                return False, REFUSED["not-authorised"]
            if isinstance(order, ChangeFile):
                made = await self._editor.change(order.edits, by=by)
            elif isinstance(order, UndoChange):
                made = await self._editor.undo(order.number, by=by)
            elif (adopted := await self._editor.adopt()) is None:
                return False, "文件与运行中的一致"
            else:
                made = adopted
        except (NotChangedError, RecordError) as error:
            return False, str(error)
        return True, f"第{made.number}次修改已生效：{made.words}"

    async def _may_touch(self, order: FileOrder, by: str) -> bool:
        known = self._hall.person(by)
        if isinstance(order, AdoptFile) or known is None:
            return True
        places = places_of(order.edits) if isinstance(order, ChangeFile) else places_in(await self._record(order))
        return may_change(known.roles, places)

    async def _record(self, order: UndoChange) -> Record:
        try:
            return await self._editor.texts(order.number)
        except RecordError as error:
            raise NotChangedError(f"没有第{order.number}次修改的记录") from error
