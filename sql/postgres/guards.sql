-- What guards the stored bytes: checksums of pages; the extension that looks into tables and indexes, and whether
-- this role may use it; and whether tables may lie on other machines, where neither is asked.
SELECT current_setting('data_checksums') = 'on',
  EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'amcheck'),
  EXISTS (SELECT 1 FROM pg_extension JOIN pg_proc ON pronamespace = extnamespace
    WHERE extname = 'amcheck' AND proname = 'verify_heapam' AND has_function_privilege(pg_proc.oid, 'execute')),
  EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus');
