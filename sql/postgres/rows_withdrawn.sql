-- $1 registry
SELECT institution, participant, placement::text, seq::text FROM kensho.withdrawn WHERE registry = $1::bigint;
