"""Whether a process still runs, whoever its parent is."""

from pathlib import Path


def runs(pid: int | None) -> bool:
    """Tell whether a process is there and more than a zombie that nobody has waited for."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
