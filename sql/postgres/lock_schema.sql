SELECT pg_advisory_lock(118083388926063);
