SELECT count(*) FROM unscrubbed;
