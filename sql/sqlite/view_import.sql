-- ?1 digest, ?2 first seq, ?3 rows
INSERT INTO views.import_file (digest, first_seq, rows) VALUES (?1, ?2, ?3);
