-- ?1 seq; gives a row where there was something to destroy
UPDATE entry SET secret = NULL, subject = NULL, reason = NULL, payload = NULL
WHERE seq = ?1 AND payload IS NOT NULL RETURNING seq;
