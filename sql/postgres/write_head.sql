-- $1 registry, $2 size before, $3 size, $4 time_us, $5 frontier, $6 checkpoint; gives a row where the size was $2
INSERT INTO kensho.head AS head (registry, size, time_us, frontier, checkpoint)
VALUES ($1::bigint, $3::bigint, $4::bigint, $5::bytea, $6)
ON CONFLICT (registry) DO UPDATE SET
  size = excluded.size, time_us = excluded.time_us, frontier = excluded.frontier, checkpoint = excluded.checkpoint
  WHERE head.size = $2::bigint
RETURNING size;
