-- The journal itself: written once; only an erasure takes something away. Version 1 of the file.
CREATE TABLE IF NOT EXISTS entry (
  seq          INTEGER PRIMARY KEY,  -- 0, 1, 2, ...: the index in the tree
  time_us      INTEGER NOT NULL,     -- UTC, microseconds since 1970
  actor        TEXT NOT NULL,
  organisation TEXT NOT NULL,
  kind         TEXT NOT NULL,
  commitment   BLOB NOT NULL CHECK (length(commitment) = 32),
  leaf         BLOB NOT NULL CHECK (length(leaf) = 32),
  -- The sealed part. All four are NULL once the entry is erased.
  secret       BLOB CHECK (length(secret) = 32),  -- the commitment's key
  subject      TEXT,
  reason       TEXT,
  payload      TEXT                  -- canonical JSON
);
-- Entries whose sealed part is gone while the bytes of it may still lie in free space of the file.
CREATE TABLE IF NOT EXISTS unscrubbed (
  seq INTEGER PRIMARY KEY
);
-- One row: the tree over all entries and the newest signed checkpoint.
CREATE TABLE IF NOT EXISTS head (
  only_one   INTEGER PRIMARY KEY CHECK (only_one = 1),
  size       INTEGER NOT NULL,
  time_us    INTEGER NOT NULL,
  frontier   BLOB NOT NULL,
  checkpoint TEXT NOT NULL
);
