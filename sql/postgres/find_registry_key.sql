-- $1 registry
SELECT secret FROM kensho.entry WHERE registry = $1::bigint AND seq = 0;
