-- What was done to this file's schema: the files of migrations/, in order, each by its SHA-256.
CREATE TABLE IF NOT EXISTS migration (
  number     INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  sha256     TEXT NOT NULL
);
