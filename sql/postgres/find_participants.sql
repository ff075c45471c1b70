-- $1 registry, $2 institutions, $3 participants: a pair for each. The registry is joined, not filtered by: a planner
-- without statistics takes a filter for far more selective than it is, and then reads all of a registry each time.
SELECT known.institution, known.participant, known.placement, known.therapy, known.treated, withdrawn.seq IS NOT NULL
FROM (SELECT $1::bigint AS registry, institution, participant
      FROM unnest($2::text[], $3::text[]) AS pair (institution, participant) OFFSET 0) AS asked
JOIN kensho.participant AS known ON known.registry = asked.registry AND known.institution = asked.institution
  AND known.participant = asked.participant
LEFT JOIN kensho.withdrawn AS withdrawn ON withdrawn.registry = known.registry
  AND withdrawn.institution = known.institution AND withdrawn.participant = known.participant
  AND withdrawn.placement = known.placement;
