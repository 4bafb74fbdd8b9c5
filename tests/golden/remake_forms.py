"""Makes the stored papers of all forms again: python -m tests.golden.remake_forms; look at them before you commit."""

from tests.golden.form_papers import FOLDER, PAPERS, bytes_of, picture_of

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for stale in FOLDER.glob("*"):
        stale.unlink()
    for paper in PAPERS:
        (FOLDER / f"{paper}.bin").write_bytes(bytes_of(paper))
        picture_of(paper).save(FOLDER / f"{paper}.png", optimize=True)
