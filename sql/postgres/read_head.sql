-- $1 registry
SELECT size, time_us, frontier, checkpoint FROM kensho.head WHERE registry = $1::bigint;
