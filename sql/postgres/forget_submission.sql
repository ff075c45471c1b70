-- $1 registry, $2 client, $3 key
DELETE FROM kensho.submission WHERE registry = $1::bigint AND client = $2 AND key = $3;
