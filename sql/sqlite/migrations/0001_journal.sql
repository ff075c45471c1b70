-- The journal itself, as version 0.1.0 of the program made it.
CREATE TABLE entry (
  seq          INTEGER PRIMARY KEY,  -- 0, 1, 2, ...: the index in the tree
  time_us      INTEGER NOT NULL,     -- UTC, microseconds since 1970
  actor        TEXT NOT NULL,
  organisation TEXT NOT NULL,
  kind         TEXT NOT NULL,
  commitment   BLOB NOT NULL CHECK (length(commitment) = 32),
  leaf         BLOB NOT NULL CHECK (length(leaf) = 32),
  secret       BLOB CHECK (length(secret) = 32),  -- the commitment's key
  subject      TEXT,
  reason       TEXT,
  payload      TEXT                  -- canonical JSON
);
-- One row: the tree over all entries and the newest signed checkpoint.
CREATE TABLE head (
  only_one   INTEGER PRIMARY KEY CHECK (only_one = 1),
  size       INTEGER NOT NULL,
  time_us    INTEGER NOT NULL,
  frontier   BLOB NOT NULL,
  checkpoint TEXT NOT NULL
);
