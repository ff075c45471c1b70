-- $1 registry
SELECT institution, participant, seq::text, placement::text FROM kensho.participant_entry WHERE registry = $1::bigint;
