-- Version 2: rows of old days may be removed once they were archived; what is left of them is a seal.
CREATE TABLE seals (
    first INTEGER PRIMARY KEY,  -- the first and the last row that it stands for
    last INTEGER NOT NULL,
    before BLOB NOT NULL,       -- hash of the row before the first
    after BLOB NOT NULL,        -- hash of the last: the chain goes on from here
    manifest TEXT NOT NULL,     -- SHA-256 of the manifest of the archive that has the rows
    by TEXT NOT NULL,           -- who removed them
    at INTEGER NOT NULL
) STRICT;
CREATE TABLE heard (            -- the last event of each device among removed rows: what came again is still known
    device TEXT PRIMARY KEY,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT;
