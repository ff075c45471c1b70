-- $1 registry
SELECT digest, first_seq::text, rows::text FROM kensho.import_file WHERE registry = $1::bigint;
