-- Writes the tables that may hold erased rows anew, without them.
VACUUM (FULL) kensho.entry, kensho.participant, kensho.participant_entry, kensho.withdrawn;
