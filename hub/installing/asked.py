"""What somebody asked of an installation by its command line; kept, so that it can be given again to the letter."""

from msgspec import Struct


class Asked(Struct, frozen=True, kw_only=True):
    """hub: the hall's hub runs here. agents: devices that run here. ntp: servers of time. lan: who reaches the hall."""

    hub: bool = True
    kiosk: bool = True
    firewall: bool = True
    agents: tuple[str, ...] = ()
    ntp: tuple[str, ...] = ()
    lan: tuple[str, ...] = ()

    @property
    def options(self) -> str:
        """Return it as a command line has it, with a blank before each word."""
        without = {"--no-hub": self.hub, "--no-kiosk": self.kiosk, "--no-firewall": self.firewall}
        named = {"--agent": self.agents, "--ntp": self.ntp, "--lan": self.lan}
        words = [name for name, is_wanted in without.items() if not is_wanted]
        words += [f"{name} {one}" for name, every in named.items() for one in every]
        return "".join(f" {word}" for word in words)
