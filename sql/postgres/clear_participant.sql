-- $1 registry
DELETE FROM kensho.participant WHERE registry = $1::bigint;
