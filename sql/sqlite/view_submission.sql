-- ?1 client, ?2 key, ?3 seq
INSERT INTO views.submission (client, key, seq) VALUES (?1, ?2, ?3);
