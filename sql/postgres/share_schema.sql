-- Held until the connection ends: while it is, nobody changes the schema. The number spells "kensho".
SELECT pg_advisory_lock_shared(118083388926063);
