-- Store format 2. Blobs of at most 64 KiB stand in the database, where they cost no flush of their own: the durable commit of the
-- step that names them flushes the log, and with it all that was written before.
CREATE TABLE small_blob (
	hash TEXT PRIMARY KEY,
	data BLOB NOT NULL
) STRICT, WITHOUT ROWID;
