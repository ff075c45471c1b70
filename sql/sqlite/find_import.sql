-- ?1 digest
SELECT first_seq, rows FROM import_file WHERE digest = ?1;
