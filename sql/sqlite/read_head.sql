SELECT size, time_us, frontier, checkpoint FROM head WHERE only_one = 1;
