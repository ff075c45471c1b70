-- One row: which text of views_schema.sql the views were made by. Another one, and they are made anew.
CREATE TABLE views_version (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  sha256   TEXT NOT NULL
);
