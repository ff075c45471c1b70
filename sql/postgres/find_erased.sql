-- $1 registry
SELECT tag FROM kensho.erased_participant WHERE registry = $1::bigint;
