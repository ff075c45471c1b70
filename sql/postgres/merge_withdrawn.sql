-- $1 registry, then a list a column
INSERT INTO kensho.withdrawn (registry, institution, participant, placement, seq)
SELECT $1::bigint, added.institution, added.participant, added.placement, added.seq
FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS added (institution, participant, placement, seq);
