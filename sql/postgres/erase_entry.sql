-- $1 registry, $2 seq, $3 placement
UPDATE kensho.entry SET secret = NULL, subject = NULL, reason = NULL, payload = NULL
WHERE registry = $1::bigint AND seq = $2::bigint AND placement = $3::bigint;
