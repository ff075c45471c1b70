-- $1 registry, then a list a column
INSERT INTO kensho.submission (registry, client, key, seq)
SELECT $1::bigint, added.client, added.key, added.seq
FROM unnest($2::text[], $3::text[], $4::bigint[]) AS added (client, key, seq);
