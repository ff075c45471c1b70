-- $1 registry, then a list a column
INSERT INTO kensho.participant_entry (registry, institution, participant, seq, placement)
SELECT $1::bigint, added.institution, added.participant, added.seq, added.placement
FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS added (institution, participant, seq, placement);
