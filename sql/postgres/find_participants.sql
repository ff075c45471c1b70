-- $1 registry, $2 institutions, $3 participants: both lists as sets, so more may come than was asked for
SELECT institution, participant, placement, therapy, treated FROM kensho.participant
WHERE registry = $1::bigint AND institution = ANY ($2::text[]) AND participant = ANY ($3::text[]);
