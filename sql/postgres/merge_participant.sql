-- $1 registry, then a list a column; the first report wins but for treated
INSERT INTO kensho.participant AS known (registry, institution, participant, placement, therapy, treated, registered)
SELECT $1::bigint, added.institution, added.participant, added.placement, added.therapy, added.treated, added.registered
FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::boolean[], $7::bigint[])
  AS added (institution, participant, placement, therapy, treated, registered)
ON CONFLICT (registry, institution, participant, placement) DO UPDATE SET treated = known.treated OR excluded.treated;
