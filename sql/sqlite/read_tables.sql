-- Every table of the file with the statement that made it, as SQLite keeps it.
SELECT name, sql FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name;
