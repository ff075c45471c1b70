-- Every connection. Names are always qualified, so that no other schema can slip something in. A server whose client
-- died notices soon and lets go of its locks. Plans are made for the values at hand: one made while a table was empty
-- would read all of it once it is large. Every join here goes from a short list through an index; a planner that has
-- no statistics of what an import just added would sort the whole table instead.
SET search_path = pg_catalog;
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET lock_timeout = '5s';
SET plan_cache_mode = force_custom_plan;
SET enable_mergejoin = off;
SET enable_hashjoin = off;
SET tcp_keepalives_idle = 20;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 4;
SET client_connection_check_interval = '1s';
