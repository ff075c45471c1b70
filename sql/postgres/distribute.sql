-- Spreads the tables over the machines of a Citus cluster; what is spread already stays as it is. The program
-- runs this whenever it made tables and finds Citus in the database; an operator who adds Citus later runs it once.
SELECT create_distributed_table('kensho.entry', 'placement', colocate_with => 'none')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.entry'::regclass);
SELECT create_distributed_table('kensho.participant', 'placement', colocate_with => 'kensho.entry')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.participant'::regclass);
SELECT create_distributed_table('kensho.participant_entry', 'placement', colocate_with => 'kensho.entry')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.participant_entry'::regclass);
SELECT create_distributed_table('kensho.withdrawn', 'placement', colocate_with => 'kensho.entry')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.withdrawn'::regclass);
SELECT create_distributed_table('kensho.submission', 'key', colocate_with => 'none')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.submission'::regclass);
SELECT create_reference_table('kensho.head')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.head'::regclass);
SELECT create_reference_table('kensho.unscrubbed')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.unscrubbed'::regclass);
SELECT create_reference_table('kensho.views_version')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.views_version'::regclass);
SELECT create_reference_table('kensho.migration')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.migration'::regclass);
SELECT create_reference_table('kensho.import_file')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.import_file'::regclass);
SELECT create_reference_table('kensho.newest')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.newest'::regclass);
SELECT create_reference_table('kensho.erased_participant')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'kensho.erased_participant'::regclass);
