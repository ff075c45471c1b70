-- $1 registry, $2 seq
INSERT INTO kensho.unscrubbed (registry, seq) VALUES ($1::bigint, $2::bigint);
