-- $1 registry
DELETE FROM kensho.submission WHERE registry = $1::bigint;
