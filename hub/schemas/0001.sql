-- Version 1 of the journal. A row is one decision: what came in, and the facts that followed or why none did.
CREATE TABLE journal (
    row INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,      -- milliseconds since 1970
    device TEXT,              -- sender of the event that was decided, with its numbers; NULL for the hub's own
    boot INTEGER,
    seq INTEGER,
    opens TEXT,               -- the business day that begins with this row, YYYYMMDD
    body TEXT NOT NULL,       -- JSON: message, facts, refused
    hash BLOB NOT NULL        -- SHA-256 over the hash of the row before and this row's other columns
) STRICT;
CREATE UNIQUE INDEX journal_event ON journal (device, boot, seq) WHERE device IS NOT NULL;
CREATE INDEX journal_day ON journal (row) WHERE opens IS NOT NULL;
CREATE TABLE starts (
    boot INTEGER PRIMARY KEY AUTOINCREMENT,  -- the hub's own start number
    at INTEGER NOT NULL
) STRICT;
