SELECT pg_advisory_unlock(118083388926063);
