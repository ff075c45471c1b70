-- 'off' and 'local' become 'on'; a stronger choice of the operator's stays.
SELECT set_config('synchronous_commit',
  CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on'
       ELSE current_setting('synchronous_commit') END, false);
