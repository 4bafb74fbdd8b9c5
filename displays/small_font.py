"""Small capitals for panels that are lower than a Unifont cell: 5x7 dots in a cell of 6x8, for numbers and signs only.

Chinese does not go into 8 px, so such a panel shows a number, a sign or nothing.
"""

CELL_W_PX, CELL_H_PX = 6, 8
_ROWS = {
    # Eight rows from the top in hexadecimal, leftmost pixel highest.
    "0": "708898a8c8887000",
    "1": "2060202020207000",
    "2": "708808102040f800",
    "3": "f810201008887000",
    "4": "10305090f8101000",
    "5": "f880f00808887000",
    "6": "304080f088887000",
    "7": "f808102040404000",
    "8": "7088887088887000",
    "9": "7088887808106000",
    "A": "70888888f8888800",
    "B": "f08888f08888f000",
    "C": "7088808080887000",
    "D": "e09088888890e000",
    "E": "f88080f08080f800",
    "F": "f88080f080808000",
    "G": "708880b888887800",
    "H": "888888f888888800",
    "I": "7020202020207000",
    "J": "3810101010906000",
    "K": "8890a0c0a0908800",
    "L": "808080808080f800",
    "M": "88d8a8a888888800",
    "N": "8888c8a898888800",
    "O": "7088888888887000",
    "P": "f08888f080808000",
    "Q": "70888888a8906800",
    "R": "f08888f0a0908800",
    "S": "788080700808f000",
    "T": "f820202020202000",
    "U": "8888888888887000",
    "V": "8888888888502000",
    "W": "888888a8a8a85000",
    "X": "8888502050888800",
    "Y": "8888885020202000",
    "Z": "f80810204080f800",
    "-": "000000f800000000",
    ":": "0060600060600000",
    "!": "2020202020002000",
    "?": "7088081020002000",
    " ": "0000000000000000",
    "←": "002040f840200000",
    "→": "002010f810200000",
    "↑": "2070a82020200000",
    "↓": "00202020a8702000",
}

SMALL = "".join(_ROWS)
"""The characters that there are."""


def small_rows(text: str) -> tuple[int, list[int]]:
    """Return a text's width in px, without the gap after it, and its eight rows, leftmost pixel highest.

    A character that is not in the font is shown as "?".
    """
    width = len(text) * CELL_W_PX
    rows = [0] * CELL_H_PX
    for char in text:
        cell = bytes.fromhex(_ROWS.get(char, _ROWS["?"]))
        rows = [row << CELL_W_PX | byte >> 2 for row, byte in zip(rows, cell, strict=True)]
    return max(0, width - 1), [row >> 1 for row in rows]
