"""A whole hall over TLS: every device knows the broker by the hall's own authority."""

from pathlib import Path

from sim.hall import Hall

FILE = Path(__file__).parents[2] / "examples" / "two-counters.toml"


async def test_a_ticket_is_given_called_and_shown_over_tls(tmp_path: Path) -> None:
    async with Hall(FILE, state=tmp_path, tls=True) as hall:
        await hall.press("dispenser-1", "A")
        slip = await hall.paper("dispenser-1")
        assert "A001" in slip.text
        await hall.press("pad-1", "next")
        assert "A001" in (await hall.panel("lintel-1", "A001")).text
    assert "certfile" in (tmp_path / "mosquitto.conf").read_text()
    assert (tmp_path / "nodes" / "dispenser-1" / "ca.der").exists()
