-- $1 registry, $2 institution, $3 participant
DELETE FROM kensho.participant_entry WHERE registry = $1::bigint AND institution = $2 AND participant = $3;
