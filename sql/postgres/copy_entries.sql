COPY kensho.entry (registry, placement, seq, time_us, actor, organisation, kind, commitment, leaf, secret, subject,
  reason, payload) FROM STDIN;
