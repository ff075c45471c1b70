-- Views of the journals: made from them alone, and made anew by rebuilding.
CREATE TABLE kensho.participant (
  registry    bigint NOT NULL,
  placement   bigint NOT NULL,  -- as in the entries about the person
  institution text COLLATE "C" NOT NULL,
  participant text COLLATE "C" NOT NULL,
  therapy     text NOT NULL,
  treated     boolean NOT NULL,  -- at least one treatment that is not only planned
  registered  bigint NOT NULL,   -- seq of the entry
  PRIMARY KEY (registry, institution, participant, placement)
);
-- Every entry about a participant: what an erasure destroys.
CREATE TABLE kensho.participant_entry (
  registry    bigint NOT NULL,
  placement   bigint NOT NULL,
  institution text COLLATE "C" NOT NULL,
  participant text COLLATE "C" NOT NULL,
  seq         bigint NOT NULL,
  PRIMARY KEY (registry, institution, participant, seq, placement)
);
CREATE TABLE kensho.withdrawn (
  registry    bigint NOT NULL,
  placement   bigint NOT NULL,
  institution text COLLATE "C" NOT NULL,
  participant text COLLATE "C" NOT NULL,
  seq         bigint NOT NULL,  -- of the withdrawal
  PRIMARY KEY (registry, institution, participant, placement)
);
-- Ids that must not come back, as tags that do not tell them.
CREATE TABLE kensho.erased_participant (
  registry bigint NOT NULL,
  tag      text COLLATE "C" NOT NULL,
  seq      bigint NOT NULL,  -- of the erasure
  PRIMARY KEY (registry, tag)
);
CREATE TABLE kensho.import_file (
  registry  bigint NOT NULL,
  digest    text COLLATE "C" NOT NULL,  -- SHA-256 of file and mapping
  first_seq bigint NOT NULL,
  rows      bigint NOT NULL,
  PRIMARY KEY (registry, digest)
);
CREATE TABLE kensho.newest (
  registry bigint NOT NULL,
  kind     text COLLATE "C" NOT NULL,
  subject  text COLLATE "C" NOT NULL,
  seq      bigint NOT NULL,
  PRIMARY KEY (registry, kind, subject)
);
-- What clients sent, by their own key for each request. Spread by that key.
CREATE TABLE kensho.submission (
  registry bigint NOT NULL,
  client   text COLLATE "C" NOT NULL,
  key      text COLLATE "C" NOT NULL,
  seq      bigint NOT NULL,
  PRIMARY KEY (registry, client, key)
);
