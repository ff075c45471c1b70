-- Whether this role owns the tables: others get a warning from VACUUM where they need an error.
SELECT bool_and(pg_has_role(relowner, 'usage')) FROM pg_class
WHERE relnamespace = 'kensho'::regnamespace AND relname IN ('entry', 'participant', 'participant_entry', 'withdrawn');
