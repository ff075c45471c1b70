-- $1 registry, then a list a column
INSERT INTO kensho.erased_participant (registry, tag, seq)
SELECT $1::bigint, added.tag, added.seq FROM unnest($2::text[], $3::bigint[]) AS added (tag, seq);
