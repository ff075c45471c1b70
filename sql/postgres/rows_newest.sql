-- $1 registry
SELECT kind, subject, seq::text FROM kensho.newest WHERE registry = $1::bigint;
