"""Makes the stored sheets of faces again: python -m tests.golden.remake_faces; look at them before you commit them."""

from displays.face_table import shipped_faces
from tests.golden.face_sheets import FACES, sheet

if __name__ == "__main__":
    for kind in shipped_faces():
        sheet(kind).quantize(8).save(FACES / f"{kind}.png", optimize=True)
