-- $1 registry, then a list a column
INSERT INTO kensho.newest (registry, kind, subject, seq)
SELECT $1::bigint, added.kind, added.subject, added.seq
FROM unnest($2::text[], $3::text[], $4::bigint[]) AS added (kind, subject, seq)
ON CONFLICT (registry, kind, subject) DO UPDATE SET seq = excluded.seq;
