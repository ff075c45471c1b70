-- ?1 kind, ?2 subject, ?3 seq
INSERT INTO views.newest (kind, subject, seq) VALUES (?1, ?2, ?3)
ON CONFLICT (kind, subject) DO UPDATE SET seq = excluded.seq;
