-- ?1 seq, ?2 time_us, ?3 actor, ?4 organisation, ?5 kind, ?6 commitment, ?7 leaf, ?8 secret,
-- ?9 subject, ?10 reason, ?11 payload
INSERT INTO entry (seq, time_us, actor, organisation, kind, commitment, leaf, secret, subject, reason, payload)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);
