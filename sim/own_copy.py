"""A copy of a hall's file to play with: what is changed on the staff's pages must not change an example."""

import shutil
from pathlib import Path


def own_copy(file: Path, folder: Path) -> Path:
    """Return a copy of a hall's file in a folder where all that it names beside itself is found too.

    Nothing but the file is copied: pictures, boards and lists are links, since the folder of a hall may be large.
    """
    for beside in file.resolve().parent.iterdir():
        if beside.name != file.name:
            (folder / beside.name).symlink_to(beside)
    copy = folder / file.name
    shutil.copyfile(file, copy)
    return copy
