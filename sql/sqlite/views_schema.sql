-- Views of the journal: made from it alone, and made anew by rebuilding. views. stands for the
-- schema they live in: the file itself, or the temporary one, which the file is compared with.
CREATE TABLE IF NOT EXISTS views.participant (
  institution TEXT NOT NULL,
  participant TEXT NOT NULL,
  therapy     TEXT NOT NULL,
  treated     INTEGER NOT NULL,  -- 1: at least one treatment that is not only planned
  registered  INTEGER NOT NULL,  -- seq of the entry
  PRIMARY KEY (institution, participant)
) WITHOUT ROWID;
-- Every entry about a participant: what an erasure destroys. By blocks of entries, so that new rows
-- fall into one small part of the table, whoever they are about; looking somebody up asks each block.
CREATE TABLE IF NOT EXISTS views.participant_entry (
  block       INTEGER NOT NULL,  -- seq / 65536
  institution TEXT NOT NULL,
  participant TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  PRIMARY KEY (block, institution, participant, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS views.withdrawn (
  institution TEXT NOT NULL,
  participant TEXT NOT NULL,
  seq         INTEGER NOT NULL,  -- of the withdrawal
  PRIMARY KEY (institution, participant)
) WITHOUT ROWID;
-- Ids that must not come back, as tags that do not tell them.
CREATE TABLE IF NOT EXISTS views.erased_participant (
  tag TEXT NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL  -- of the erasure
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS views.import_file (
  digest    TEXT NOT NULL PRIMARY KEY,  -- SHA-256 of file and mapping
  first_seq INTEGER NOT NULL,
  rows      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS views.newest (
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  PRIMARY KEY (kind, subject)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS views.submission (
  client TEXT NOT NULL,
  key    TEXT NOT NULL,  -- the client's own, one for each request
  seq    INTEGER NOT NULL,
  PRIMARY KEY (client, key)
) WITHOUT ROWID;
