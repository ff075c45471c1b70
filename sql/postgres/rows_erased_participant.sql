-- $1 registry
SELECT tag, seq::text FROM kensho.erased_participant WHERE registry = $1::bigint;
