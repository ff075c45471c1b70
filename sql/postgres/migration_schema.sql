-- What was done to this database's schema: the files of migrations/, in order, each by its SHA-256.
CREATE SCHEMA IF NOT EXISTS kensho;
CREATE TABLE IF NOT EXISTS kensho.migration (
  number integer NOT NULL PRIMARY KEY,
  name   text NOT NULL,
  sha256 text NOT NULL
);
