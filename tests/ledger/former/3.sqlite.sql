CREATE TABLE sfd_checkpoints (
  sync VARCHAR NOT NULL,
  run_id VARCHAR NOT NULL,
  mapping VARCHAR NOT NULL,
  extraction VARCHAR NOT NULL,
  query_hash VARCHAR NOT NULL,
  api VARCHAR NOT NULL,
  job_id VARCHAR,
  locator VARCHAR,
  parts JSON NOT NULL,
  since DATETIME,
  until DATETIME,
  read_at DATETIME NOT NULL,
  rows_per_part INTEGER NOT NULL,
  finished BOOLEAN NOT NULL,
  calls INTEGER,
  PRIMARY KEY (sync, run_id, mapping)
);
CREATE TABLE sfd_kept (
  "key" VARCHAR NOT NULL,
  value BLOB NOT NULL,
  since DATETIME NOT NULL,
  PRIMARY KEY ("key")
);
CREATE TABLE sfd_parked (
  sync VARCHAR NOT NULL,
  mapping VARCHAR NOT NULL,
  id VARCHAR NOT NULL,
  parent_mapping VARCHAR NOT NULL,
  parent_id VARCHAR NOT NULL,
  since DATETIME NOT NULL,
  PRIMARY KEY (sync, mapping, id, parent_mapping, parent_id)
);
CREATE TABLE sfd_parts (
  sync VARCHAR NOT NULL,
  run_id VARCHAR NOT NULL,
  mapping VARCHAR NOT NULL,
  extraction VARCHAR NOT NULL,
  part INTEGER NOT NULL,
  extracted INTEGER NOT NULL,
  counts JSON NOT NULL,
  notes JSON NOT NULL,
  PRIMARY KEY (sync, run_id, mapping, extraction, part)
);
CREATE TABLE sfd_records (
  sync VARCHAR NOT NULL,
  mapping VARCHAR NOT NULL,
  id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  digest BLOB,
  stamp DATETIME,
  read_at DATETIME NOT NULL,
  extraction VARCHAR NOT NULL,
  outcome VARCHAR,
  adopted BOOLEAN NOT NULL,
  written_at DATETIME NOT NULL,
  winner VARCHAR,
  holder VARCHAR,
  held_until DATETIME,
  PRIMARY KEY (sync, mapping, id)
);
CREATE INDEX sfd_records_by_name ON sfd_records (sync, mapping, name);
CREATE TABLE sfd_rejects (
  sync VARCHAR NOT NULL,
  mapping VARCHAR NOT NULL,
  id VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  field VARCHAR NOT NULL,
  attempts INTEGER NOT NULL,
  first_seen DATETIME NOT NULL,
  last_seen DATETIME NOT NULL,
  next_try DATETIME NOT NULL,
  closed DATETIME,
  run_id VARCHAR NOT NULL,
  PRIMARY KEY (sync, mapping, id)
);
CREATE INDEX sfd_rejects_open ON sfd_rejects (sync, mapping, closed, next_try);
CREATE TABLE sfd_rereads (
  sync VARCHAR NOT NULL,
  mapping VARCHAR NOT NULL,
  id VARCHAR NOT NULL,
  since DATETIME NOT NULL,
  PRIMARY KEY (sync, mapping, id)
);
CREATE TABLE sfd_runs (
  sync VARCHAR NOT NULL,
  run_id VARCHAR NOT NULL,
  mapping VARCHAR NOT NULL,
  mode VARCHAR NOT NULL,
  since DATETIME,
  until DATETIME,
  extracted INTEGER NOT NULL,
  counts JSON NOT NULL,
  notes JSON NOT NULL,
  state VARCHAR NOT NULL,
  started DATETIME NOT NULL,
  finished DATETIME NOT NULL,
  calls INTEGER,
  PRIMARY KEY (sync, run_id, mapping)
);
CREATE INDEX sfd_runs_by_end ON sfd_runs (sync, finished);
CREATE TABLE sfd_schemas (
  sync VARCHAR NOT NULL,
  mapping VARCHAR NOT NULL,
  side VARCHAR NOT NULL,
  seen JSON NOT NULL,
  seen_at DATETIME NOT NULL,
  PRIMARY KEY (sync, mapping, side)
);
CREATE TABLE sfd_settings (
  "key" VARCHAR NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY ("key")
);
CREATE TABLE sfd_watermarks (
  sync VARCHAR NOT NULL,
  mapping VARCHAR NOT NULL,
  until DATETIME NOT NULL,
  run_id VARCHAR NOT NULL,
  fingerprint VARCHAR NOT NULL,
  reread_at DATETIME,
  PRIMARY KEY (sync, mapping)
);
