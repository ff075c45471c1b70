-- Every connection. Names are always qualified, so that no other schema can slip something in. A commit is on
-- the disk when it returns. A server whose client died notices soon and lets go of its locks.
SET search_path = pg_catalog;
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET lock_timeout = '5s';
SET tcp_keepalives_idle = 20;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 4;
SET client_connection_check_interval = '1s';
