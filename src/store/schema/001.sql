-- Store format 1. Times are Unix milliseconds; JSON columns hold objects as compact text; blobs are files beside the
-- database, named by their hash. Nothing is ever deleted. A format that was released is never edited: add 002.sql.

CREATE TABLE session (
	id TEXT NOT NULL PRIMARY KEY,
	slug TEXT,
	prompt TEXT,
	state TEXT NOT NULL,
	out_dir TEXT,
	parent TEXT REFERENCES session (id),
	options TEXT NOT NULL,
	created INTEGER NOT NULL,
	head INTEGER, -- NULL before the first version
	FOREIGN KEY (id, head) REFERENCES version (session, n)
) STRICT;
CREATE INDEX session_created ON session (created);

CREATE TABLE run (
	id TEXT NOT NULL PRIMARY KEY,
	session TEXT NOT NULL REFERENCES session (id),
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	input TEXT NOT NULL,
	created INTEGER NOT NULL
) STRICT;
CREATE INDEX run_session ON run (session);
CREATE INDEX run_state ON run (state);

CREATE TABLE step (
	run TEXT NOT NULL REFERENCES run (id),
	n INTEGER NOT NULL,
	key TEXT NOT NULL,
	request TEXT,
	result TEXT NOT NULL,
	millis INTEGER NOT NULL,
	PRIMARY KEY (run, n)
) STRICT;

CREATE TABLE version (
	session TEXT NOT NULL REFERENCES session (id),
	n INTEGER NOT NULL,
	parent INTEGER, -- NULL for none
	run TEXT NOT NULL REFERENCES run (id),
	label TEXT,
	script TEXT,
	report TEXT,
	facts TEXT NOT NULL,
	created INTEGER NOT NULL,
	PRIMARY KEY (session, n),
	FOREIGN KEY (session, parent) REFERENCES version (session, n)
) STRICT;

CREATE TABLE artifact (
	session TEXT NOT NULL,
	version INTEGER NOT NULL,
	name TEXT NOT NULL,
	blob TEXT NOT NULL,
	size INTEGER NOT NULL,
	PRIMARY KEY (session, version, name),
	FOREIGN KEY (session, version) REFERENCES version (session, n)
) STRICT;

CREATE TABLE event (
	session TEXT NOT NULL REFERENCES session (id),
	seq INTEGER NOT NULL,
	run TEXT REFERENCES run (id),
	type TEXT NOT NULL,
	body TEXT NOT NULL,
	time INTEGER NOT NULL,
	PRIMARY KEY (session, seq)
) STRICT;
