-- $1 registry, then a list a column
INSERT INTO kensho.import_file (registry, digest, first_seq, rows)
SELECT $1::bigint, added.digest, added.first_seq, added.rows
FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS added (digest, first_seq, rows);
