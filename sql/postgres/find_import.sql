-- $1 registry, $2 digest
SELECT first_seq, rows FROM kensho.import_file WHERE registry = $1::bigint AND digest = $2;
