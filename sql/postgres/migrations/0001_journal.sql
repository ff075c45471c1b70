-- The journals of every registry in this database. Built so that the big tables can be spread over machines
-- by Citus as they are (distribute.sql): the key of the registry and the distribution column are part of every
-- key, and there are no foreign keys, triggers, sequences or unique keys across machines.
CREATE TABLE kensho.entry (
  registry     bigint NOT NULL,
  placement    bigint NOT NULL,  -- random, one for each person; 0: about nobody. What entries are distributed by
  seq          bigint NOT NULL CHECK (seq >= 0),  -- 0, 1, 2, ...: the index in the tree
  time_us      bigint NOT NULL,  -- UTC, microseconds since 1970
  actor        text NOT NULL,
  organisation text NOT NULL,
  kind         text NOT NULL,
  commitment   bytea NOT NULL CHECK (octet_length(commitment) = 32),
  leaf         bytea NOT NULL CHECK (octet_length(leaf) = 32),
  -- The sealed part. All four are NULL once the entry is erased.
  secret       bytea CHECK (octet_length(secret) = 32),  -- the commitment's key
  subject      text,
  reason       text,
  payload      text,  -- canonical JSON
  PRIMARY KEY (registry, seq, placement)
);
-- Entries whose sealed part is gone while the bytes of it may still lie in free space of the tables.
CREATE TABLE kensho.unscrubbed (
  registry bigint NOT NULL,
  seq      bigint NOT NULL,
  PRIMARY KEY (registry, seq)
);
-- One row a registry: the tree over all its entries and the newest signed checkpoint.
CREATE TABLE kensho.head (
  registry   bigint NOT NULL PRIMARY KEY,
  size       bigint NOT NULL,
  time_us    bigint NOT NULL,
  frontier   bytea NOT NULL,
  checkpoint text NOT NULL
);
-- Which text of views_schema.sql the views of all registries were made by.
CREATE TABLE kensho.views_version (
  only_one integer NOT NULL PRIMARY KEY CHECK (only_one = 1),
  sha256   text NOT NULL
);
