-- Each entry is linked once, or waits for its link; none is passed over by later ones.
SELECT entry.entry_id AS subject, 'is not linked and does not wait for it' AS detail
FROM entry
LEFT JOIN link ON link.entry_id = entry.entry_id
LEFT JOIN unlinked ON unlinked.entry_id = entry.entry_id
WHERE link.entry_id IS NULL AND unlinked.entry_id IS NULL
UNION ALL
SELECT unlinked.entry_id, 'waits for a link, and has one'
FROM unlinked JOIN link ON link.entry_id = unlinked.entry_id
UNION ALL
SELECT entry.entry_id, 'still waits, though one booked ten minutes later is linked'
FROM unlinked JOIN entry ON entry.entry_id = unlinked.entry_id
WHERE booked_at < (
    SELECT latest.booked_at - 600000
    FROM link JOIN entry AS latest ON latest.entry_id = link.entry_id
    ORDER BY sequence DESC LIMIT 1
)
