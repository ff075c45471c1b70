-- $1 registry; held until the connection ends
SELECT pg_advisory_lock($1::bigint);
