-- $1 registry, $2 first seq, $3 one past the last: few enough for memory
SELECT seq, placement, time_us, actor, organisation, kind, commitment, leaf, secret, subject, reason, payload
FROM kensho.entry WHERE registry = $1::bigint AND seq >= $2::bigint AND seq < $3::bigint
ORDER BY seq;
