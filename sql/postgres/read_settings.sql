SELECT current_setting('server_version_num')::bigint, current_setting('server_encoding'), current_setting('fsync'),
  current_setting('full_page_writes'), pg_is_in_recovery();
