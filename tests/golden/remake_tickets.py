"""Makes the stored tickets again: python -m tests.golden.remake_tickets; look at them before you commit."""

from tests.golden.test_tickets import GOLDEN, TICKETS, paper_of

if __name__ == "__main__":
    for name in GOLDEN:
        slip = paper_of(name)
        (TICKETS / f"{name}.bin").write_bytes(slip.data)
        (TICKETS / f"{name}.txt").write_text("\n".join(slip.text) + "\n")
        slip.image.save(TICKETS / f"{name}.png")
