-- $1 registry
DELETE FROM kensho.withdrawn WHERE registry = $1::bigint;
