-- Entries whose sealed part is gone while the bytes of it may still lie in free space of the file.
CREATE TABLE unscrubbed (
  seq INTEGER PRIMARY KEY
);
