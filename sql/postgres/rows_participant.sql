-- $1 registry
SELECT institution, participant, placement::text, therapy, treated::text, registered::text
FROM kensho.participant WHERE registry = $1::bigint;
