"""What a maintainer may ask at the hub's door: how the devices are, and a new firmware for them."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from hub.config import Hall
from hub.maintenance import Maintenance

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


Show = ShowDevices | ShowUpdate
Change = StartUpdate | StopUpdate


class Office:
    """Answers a maintainer. Looking needs no PIN: the door opens for the hub's own user alone."""

    def __init__(self, hall: Hall, maintenance: Maintenance) -> None:
        self._hall = hall
        self._maintenance = maintenance

    def show(self, order: Show) -> msgspec.Raw:
        """Return what was asked for as JSON."""
        found = self._maintenance.devices() if isinstance(order, ShowDevices) else self._maintenance.update()
        return msgspec.Raw(msgspec.json.encode(found))

    @property
    def is_open_to_all(self) -> bool:
        """Whether nobody has a number here, so that nobody can say who he is."""
        return not self._hall.file.people

    def may(self, person: str) -> bool:
        """Tell whether somebody may change firmware."""
        known = self._hall.person(person)
        return self.is_open_to_all or (known is not None and MAINTAINER in known.roles)

    async def change(self, order: Change, by: str) -> tuple[bool, str]:
        """Return whether it was done, and what came of it in words."""
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
