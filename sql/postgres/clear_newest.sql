-- $1 registry
DELETE FROM kensho.newest WHERE registry = $1::bigint;
