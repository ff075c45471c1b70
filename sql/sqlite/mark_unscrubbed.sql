-- ?1 seq
INSERT INTO unscrubbed (seq) VALUES (?1);
