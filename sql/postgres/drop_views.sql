-- The views of whatever version: every table that is not the journal's own.
DO $$
DECLARE
  view record;
BEGIN
  FOR view IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'kensho' AND tablename NOT IN ('entry', 'head', 'migration', 'views_version', 'unscrubbed')
  LOOP
    EXECUTE format('DROP TABLE kensho.%I', view.tablename);
  END LOOP;
END
$$;
