-- ?1 number, ?2 name, ?3 sha256
INSERT INTO migration (number, name, sha256) VALUES (?1, ?2, ?3);
