-- Certificates as they are listed and searched: small rows, so that a scan reads little. Secondary indexes carry the sort
-- value and the id: pages go on from where they ended. The number is the row's place in this file and never leaves it: it
-- joins a certificate to its material and its names without another index.
CREATE TABLE certificate (
	number INTEGER PRIMARY KEY,
	account TEXT NOT NULL,
	region TEXT NOT NULL,
	id BLOB NOT NULL,                   -- the 16 bytes of the UUID
	type BIGINT NOT NULL,
	state BIGINT NOT NULL,
	version BIGINT NOT NULL,
	created_ms BIGINT NOT NULL,
	imported_ms BIGINT NOT NULL,
	issued_ms BIGINT NOT NULL,
	revoked_ms BIGINT NOT NULL,
	not_before_ms BIGINT NOT NULL,
	not_after_ms BIGINT NOT NULL,
	key_algorithm BIGINT NOT NULL,
	key_usage BIGINT NOT NULL,
	extended_key_usage BIGINT NOT NULL,
	export_enabled BIGINT NOT NULL,
	exported BIGINT NOT NULL,
	in_use BIGINT NOT NULL,
	renewal_eligible BIGINT NOT NULL,
	transparency_logging BIGINT NOT NULL,
	managed_by BIGINT NOT NULL,
	validation_method BIGINT NOT NULL,
	renewal_status BIGINT NOT NULL,
	serial_key BIGINT,                  -- a hash of owner and serial: small entries in an index of random order
	serial TEXT,
	common_name TEXT,
	domain_name TEXT,
	names BLOB NOT NULL,                -- the DNS names in lower case, each behind its length in two bytes
	UNIQUE (account, region, id)
);
CREATE INDEX certificate_by_created ON certificate (account, region, created_ms, id);
CREATE INDEX certificate_by_key_algorithm ON certificate (account, region, key_algorithm, created_ms, id);
CREATE INDEX certificate_by_state ON certificate (account, region, state, not_after_ms, id);
CREATE INDEX certificate_by_serial ON certificate (serial_key);

-- What is large or secret, of the current version.
CREATE TABLE certificate_material (
	number INTEGER PRIMARY KEY,         -- the certificate's
	master_key TEXT,                    -- the id in the sealed record; NULL when there is none
	certificate BLOB NOT NULL,
	chain BLOB NOT NULL,
	sealed_key BLOB NOT NULL
);
CREATE INDEX certificate_material_by_master_key ON certificate_material (master_key);

-- Earlier versions.
CREATE TABLE certificate_history (
	account TEXT NOT NULL,
	region TEXT NOT NULL,
	id BLOB NOT NULL,
	version BIGINT NOT NULL,
	imported_ms BIGINT NOT NULL,
	master_key TEXT,
	certificate BLOB NOT NULL,
	chain BLOB NOT NULL,
	sealed_key BLOB NOT NULL,
	PRIMARY KEY (account, region, id, version)
);
CREATE INDEX certificate_history_by_master_key ON certificate_history (master_key);

-- Distinct names of an owner, in lower case, and the certificates that carry them. Numbers grow, and are used once.
CREATE TABLE name (
	number INTEGER PRIMARY KEY,
	account TEXT NOT NULL,
	region TEXT NOT NULL,
	name_key BIGINT NOT NULL,           -- a hash of owner and text
	text TEXT NOT NULL
);
CREATE INDEX name_by_key ON name (name_key);
CREATE TABLE certificate_name (
	name BIGINT NOT NULL,               -- its number
	certificate BIGINT NOT NULL,        -- its number
	PRIMARY KEY (name, certificate)
) WITHOUT ROWID;
-- Names are entered in batches; those above `entered` are few and looked at one by one. Those up to `merged` are in one
-- piece of the index, the others in a piece for some batches each.
CREATE TABLE name_index (entered BIGINT NOT NULL, merged BIGINT NOT NULL);
INSERT INTO name_index (entered, merged) VALUES (0, 0);
CREATE VIRTUAL TABLE name_part USING fts5 (tokens, content = '', detail = 'none', columnsize = 0,
	tokenize = "ascii tokenchars '.-_'");
-- When nobody writes, pieces of one size are merged from two on (FTS5's own default is four).
INSERT INTO name_part (name_part, rank) VALUES ('usermerge', 2);

CREATE TABLE certificate_tag (
	account TEXT NOT NULL,
	region TEXT NOT NULL,
	id BLOB NOT NULL,
	tag_key TEXT NOT NULL,
	tag_value TEXT,
	PRIMARY KEY (account, region, id, tag_key)
) WITHOUT ROWID;

-- How many certificates were imported, by day since the epoch: outlives the certificates.
CREATE TABLE import_day (
	account TEXT NOT NULL,
	region TEXT NOT NULL,
	day BIGINT NOT NULL,
	imports BIGINT NOT NULL,
	PRIMARY KEY (account, region, day)
) WITHOUT ROWID;

CREATE TABLE configuration (
	account TEXT NOT NULL,
	region TEXT NOT NULL,
	days_before_expiry BIGINT NOT NULL,
	PRIMARY KEY (account, region)
) WITHOUT ROWID;

CREATE TABLE idempotency_token (
	account TEXT NOT NULL,
	region TEXT NOT NULL,
	operation TEXT NOT NULL,
	token TEXT NOT NULL,
	digest BLOB NOT NULL,
	expires_ms BIGINT NOT NULL,
	PRIMARY KEY (account, region, operation, token)
) WITHOUT ROWID;
CREATE INDEX idempotency_token_by_end ON idempotency_token (account, region, expires_ms);

CREATE TABLE account (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	disabled BIGINT NOT NULL,
	created_ms BIGINT NOT NULL
);
CREATE TABLE access_key (
	id TEXT NOT NULL PRIMARY KEY,
	account TEXT NOT NULL,
	user_name TEXT NOT NULL,
	policy TEXT NOT NULL,
	disabled BIGINT NOT NULL,
	created_ms BIGINT NOT NULL,
	master_key TEXT,
	sealed_secret BLOB NOT NULL
);
CREATE INDEX access_key_by_account ON access_key (account, id);
CREATE INDEX access_key_by_master_key ON access_key (master_key);

-- What the house seals for itself.
CREATE TABLE sealed (
	name TEXT NOT NULL PRIMARY KEY,
	master_key TEXT,
	record BLOB NOT NULL
);

-- One row that a probe writes, to learn whether the disk takes writes again.
CREATE TABLE probe (probed_ms BIGINT NOT NULL);
INSERT INTO probe (probed_ms) VALUES (0);
