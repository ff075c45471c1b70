-- $1 registry
DELETE FROM kensho.import_file WHERE registry = $1::bigint;
