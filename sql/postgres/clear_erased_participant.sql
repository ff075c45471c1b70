-- $1 registry
DELETE FROM kensho.erased_participant WHERE registry = $1::bigint;
