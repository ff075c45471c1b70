-- Checks every table and index of the program with amcheck; the first fault ends it as an error.
DO $$
DECLARE
  amcheck text := (SELECT nspname FROM pg_extension JOIN pg_namespace AS space ON space.oid = extnamespace
                   WHERE extname = 'amcheck');
  part record;
  fault record;
BEGIN
  FOR part IN SELECT oid::regclass AS name, relkind FROM pg_class
    WHERE relnamespace = 'kensho'::regnamespace AND relkind IN ('r', 'i')
  LOOP
    IF part.relkind = 'i' THEN
      EXECUTE format('SELECT %I.bt_index_check($1, true)', amcheck) USING part.name;
    ELSE
      FOR fault IN EXECUTE format('SELECT blkno, offnum, msg FROM %I.verify_heapam($1) LIMIT 1', amcheck) USING part.name
      LOOP
        RAISE EXCEPTION USING ERRCODE = 'data_corrupted',
          MESSAGE = format('table %s, block %s, row %s: %s', part.name, fault.blkno, fault.offnum, fault.msg);
      END LOOP;
    END IF;
  END LOOP;
END
$$;
