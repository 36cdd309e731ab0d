-- Certificate authorities. Numbers are used once, so that nothing that is still on its way reaches a later authority.
CREATE TABLE authority (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	account TEXT NOT NULL,
	region TEXT NOT NULL,
	id BLOB NOT NULL,                   -- the 16 bytes of the UUID
	version BIGINT NOT NULL,
	type BIGINT NOT NULL,
	state BIGINT NOT NULL,
	earlier_state BIGINT NOT NULL,
	created_ms BIGINT NOT NULL,
	changed_ms BIGINT NOT NULL,
	restorable_until_ms BIGINT NOT NULL,
	key_kind BIGINT NOT NULL,
	signing_algorithm BIGINT NOT NULL,
	usage_mode BIGINT NOT NULL,
	key_standard BIGINT NOT NULL,
	failure_reason BIGINT NOT NULL,
	not_before_ms BIGINT NOT NULL,
	not_after_ms BIGINT NOT NULL,
	sha1_key BIGINT,                    -- hashes of the two below: small entries in an index
	sha256_key BIGINT,
	master_key TEXT,                    -- the id in the sealed record
	issuer_sha1 BLOB,
	issuer_sha256 BLOB,
	serial BLOB,
	configuration TEXT,
	revocation TEXT,
	policy TEXT,
	subject BLOB,
	csr BLOB,
	sealed_key BLOB,
	certificate BLOB,
	chain BLOB,
	UNIQUE (account, region, id)
);
CREATE INDEX authority_by_owner ON authority (account, region); -- every index ends with the number
CREATE INDEX authority_by_sha1 ON authority (sha1_key);
CREATE INDEX authority_by_sha256 ON authority (sha256_key);
CREATE INDEX authority_by_master_key ON authority (master_key);
CREATE INDEX authority_by_state ON authority (state, restorable_until_ms);

-- What changes with every certificate and revocation, apart from the kilobytes above.
CREATE TABLE authority_counter (
	authority INTEGER PRIMARY KEY,      -- its number
	issued BIGINT NOT NULL,
	revocations BIGINT NOT NULL,
	crl_partition BIGINT NOT NULL
);

CREATE TABLE permission (
	authority BIGINT NOT NULL,
	principal TEXT NOT NULL,
	source_account TEXT NOT NULL,       -- empty: none named
	actions BIGINT NOT NULL,
	created_ms BIGINT NOT NULL,
	PRIMARY KEY (authority, principal, source_account)
) WITHOUT ROWID;

CREATE TABLE authority_tag (
	authority BIGINT NOT NULL,
	tag_key TEXT NOT NULL,
	tag_value TEXT,
	PRIMARY KEY (authority, tag_key)
) WITHOUT ROWID;

-- What is to be signed, or was given up: a row goes when its certificate is there, so the table stays small.
CREATE TABLE intention (
	authority BIGINT NOT NULL,
	serial BLOB NOT NULL,
	requested_ms BIGINT NOT NULL,
	failed BIGINT NOT NULL,
	tbs_sha256 BLOB NOT NULL,
	template TEXT NOT NULL,
	requester TEXT NOT NULL,
	subject TEXT NOT NULL,
	PRIMARY KEY (authority, serial)
) WITHOUT ROWID;
CREATE INDEX intention_by_time ON intention (failed, requested_ms);

-- What was issued, in order of issue. Serials are random: their index has small entries, and the row is compared.
CREATE TABLE issued (
	number INTEGER PRIMARY KEY,
	authority BIGINT NOT NULL,
	serial_key BIGINT NOT NULL,         -- a hash of authority and serial
	issued_ms BIGINT NOT NULL,
	not_before_ms BIGINT NOT NULL,
	not_after_ms BIGINT NOT NULL,
	revoked_ms BIGINT NOT NULL,
	reason BIGINT NOT NULL,
	crl_partition BIGINT NOT NULL,
	serial BLOB NOT NULL,
	template TEXT NOT NULL,
	subject TEXT NOT NULL,
	names TEXT NOT NULL,                -- one a line
	requester TEXT NOT NULL,
	certificate BLOB NOT NULL
);
CREATE INDEX issued_by_serial ON issued (serial_key);
-- Both end with the number, as every index does.
CREATE INDEX issued_by_authority ON issued (authority);
CREATE INDEX issued_by_end ON issued (authority, not_after_ms);

-- What a list needs, so that making one reads small rows in their order and nothing else.
CREATE TABLE revocation (
	authority BIGINT NOT NULL,
	sequence BIGINT NOT NULL,
	crl_partition BIGINT NOT NULL,
	revoked_ms BIGINT NOT NULL,
	reason BIGINT NOT NULL,
	not_after_ms BIGINT NOT NULL,
	serial BLOB NOT NULL,
	PRIMARY KEY (authority, sequence)
) WITHOUT ROWID;
CREATE INDEX revocation_by_partition ON revocation (authority, crl_partition, sequence, revoked_ms, reason,
	not_after_ms, serial);

CREATE TABLE crl (
	authority BIGINT NOT NULL,
	crl_partition BIGINT NOT NULL,
	id BLOB NOT NULL,                   -- the 16 bytes of the UUID
	due_ms BIGINT NOT NULL,
	number BIGINT NOT NULL,
	base_number BIGINT NOT NULL,
	base_sequence BIGINT NOT NULL,
	sequence BIGINT NOT NULL,
	this_update_ms BIGINT NOT NULL,
	next_update_ms BIGINT NOT NULL,
	delta_next_update_ms BIGINT NOT NULL,
	base_entries BIGINT NOT NULL,
	base_build_us BIGINT NOT NULL,
	certificates BIGINT NOT NULL,
	PRIMARY KEY (authority, crl_partition)
) WITHOUT ROWID;
CREATE INDEX crl_by_due ON crl (due_ms);

CREATE TABLE responder (
	authority INTEGER PRIMARY KEY,      -- its number
	version BIGINT NOT NULL,
	not_before_ms BIGINT NOT NULL,
	not_after_ms BIGINT NOT NULL,
	master_key TEXT,
	certificate BLOB NOT NULL,
	sealed_key BLOB NOT NULL
);
CREATE INDEX responder_by_master_key ON responder (master_key);

CREATE TABLE audit_report (
	id BLOB NOT NULL PRIMARY KEY,       -- the 16 bytes of the UUID
	authority BIGINT NOT NULL,
	bucket TEXT NOT NULL,
	object_key TEXT NOT NULL,
	format BIGINT NOT NULL,
	status BIGINT NOT NULL,
	created_ms BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX audit_report_by_authority ON audit_report (authority);
CREATE INDEX audit_report_by_status ON audit_report (status, created_ms);

-- Work that one of many nodes does.
CREATE TABLE lease (
	name TEXT NOT NULL PRIMARY KEY,
	holder TEXT NOT NULL,
	until_ms BIGINT NOT NULL
) WITHOUT ROWID;

-- What a certificate has that the house issued itself, or failed to.
CREATE TABLE certificate_private (
	number INTEGER PRIMARY KEY,         -- the certificate's
	renew_at_ms BIGINT NOT NULL,
	renewal_ms BIGINT NOT NULL,
	renewal_reason BIGINT NOT NULL,
	failure_reason BIGINT NOT NULL,
	revocation_reason BIGINT NOT NULL,
	authority_arn TEXT NOT NULL,
	names TEXT NOT NULL
);
CREATE INDEX certificate_private_by_renewal ON certificate_private (renew_at_ms);

ALTER TABLE idempotency_token ADD COLUMN result TEXT;
