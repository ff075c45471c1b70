-- ?1 size, ?2 time_us, ?3 frontier, ?4 checkpoint
INSERT INTO head (only_one, size, time_us, frontier, checkpoint) VALUES (1, ?1, ?2, ?3, ?4)
ON CONFLICT (only_one) DO UPDATE SET
  size = excluded.size, time_us = excluded.time_us, frontier = excluded.frontier, checkpoint = excluded.checkpoint;
