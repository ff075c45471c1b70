-- $1 registry
DELETE FROM kensho.participant_entry WHERE registry = $1::bigint;
