-- $1 registry
DELETE FROM kensho.unscrubbed WHERE registry = $1::bigint;
