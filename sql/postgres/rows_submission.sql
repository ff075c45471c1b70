-- $1 registry
SELECT client, key, seq::text FROM kensho.submission WHERE registry = $1::bigint;
