-- $1 registry
SELECT count(*) FROM kensho.unscrubbed WHERE registry = $1::bigint;
