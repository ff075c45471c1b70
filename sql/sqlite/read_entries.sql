-- ?1 first seq, ?2 one past the last
SELECT seq, time_us, actor, organisation, kind, commitment, leaf, secret, subject, reason, payload
FROM entry WHERE seq >= ?1 AND seq < ?2 ORDER BY seq;
