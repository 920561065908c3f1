-- Sessions of all devices. A session's parts are named by (started, device_id, token): the first and
-- the last are the two halves of its id, so a row finds its month whenever and however often it comes.

CREATE TYPE side AS ENUM ('left', 'right');

CREATE TABLE device (
    device_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site text NOT NULL CHECK (site ~ '^[a-z0-9_-]{1,200}$'),
    device text NOT NULL CHECK (device ~ '^[a-z0-9_-]{1,200}$'),
    first_seen timestamptz NOT NULL DEFAULT now(),
    UNIQUE (site, device)
);

-- What the newest summary of a session says.
CREATE TABLE session (
    started timestamptz NOT NULL,
    device_id integer NOT NULL REFERENCES device,
    token text NOT NULL CHECK (token ~ '^[0-9a-z]{1,16}$'),
    summary_id uuid NOT NULL,
    runner text CHECK (runner ~ '^[0-9a-f]{32}$'),
    final boolean NOT NULL,
    verdict text NOT NULL CHECK (length(verdict) <= 64),
    duration_s double precision NOT NULL CHECK (duration_s >= 0),
    strides integer NOT NULL CHECK (strides >= 0),
    rejected_strides integer NOT NULL CHECK (rejected_strides >= 0),
    cadence_spm real,
    thigh_ext_deg real,
    thigh_ext_sd_deg real CHECK (thigh_ext_sd_deg >= 0),
    hip_ext_deg real,
    figures jsonb NOT NULL,
    written timestamptz NOT NULL,
    received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (started, device_id, token)
) PARTITION BY RANGE (started);
CREATE INDEX ON session (runner, started) WHERE runner IS NOT NULL;
CREATE INDEX ON session (device_id, started);

-- Every summary, by the id of its message. (series, seq) shows what never came.
CREATE TABLE summary (
    started timestamptz NOT NULL,
    device_id integer NOT NULL REFERENCES device,
    token text NOT NULL,
    id uuid NOT NULL,
    series text NOT NULL CHECK (length(series) <= 64),
    seq bigint NOT NULL CHECK (seq >= 1),
    dropped bigint NOT NULL CHECK (dropped >= 0),
    final boolean NOT NULL,
    strides integer NOT NULL,
    cadence_spm real,
    thigh_ext_deg real,
    written timestamptz NOT NULL,
    received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (started, device_id, id)
) PARTITION BY RANGE (started);

-- Every count of cues, by the id of its message.
CREATE TABLE cue_count (
    started timestamptz NOT NULL,
    device_id integer NOT NULL REFERENCES device,
    token text NOT NULL,
    id uuid NOT NULL,
    series text NOT NULL CHECK (length(series) <= 64),
    seq bigint NOT NULL CHECK (seq >= 1),
    dropped bigint NOT NULL CHECK (dropped >= 0),
    t_s double precision NOT NULL,
    cues jsonb NOT NULL,
    written timestamptz NOT NULL,
    received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (started, device_id, id)
) PARTITION BY RANGE (started);

-- No reference to `device` from here on: rows come by the thousand a second, and no device is ever
-- deleted. A stride is the same stride when session, leg and time are the same (docs/mqtt.md).
CREATE TABLE stride (
    started timestamptz NOT NULL,
    device_id integer NOT NULL,
    token text NOT NULL,
    t_s double precision NOT NULL CHECK (t_s >= 0),
    leg side NOT NULL,
    near boolean NOT NULL,
    accepted boolean NOT NULL,
    reason text CHECK (length(reason) <= 64),
    thigh_ext_deg real NOT NULL,
    hip_ext_deg real NOT NULL,
    stride_time_s real NOT NULL CHECK (stride_time_s >= 0),
    foot_strike_s real,
    toe_off_s real,
    contact_time_s real,
    flight_time_s real,
    duty_factor_percent real,
    stride_length_m real,
    step_length_m real,
    thigh_excursion_deg real,
    knee_flex_contact_deg real,
    knee_flex_stance_deg real,
    knee_flex_toe_off_deg real,
    knee_flex_swing_deg real,
    shank_contact_deg real,
    overstride_percent real,
    trunk_lean_deg real,
    bounce_percent real,
    vertical_oscillation_m real,
    vertical_ratio_percent real,
    ankle_toe_off_deg real,
    foot_contact_angle_deg real,
    written timestamptz NOT NULL,
    received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (started, device_id, token, t_s, leg)
) PARTITION BY RANGE (started);

CREATE TABLE cue (
    started timestamptz NOT NULL,
    device_id integer NOT NULL,
    token text NOT NULL,
    t_s double precision NOT NULL CHECK (t_s >= 0),
    kind text NOT NULL CHECK (length(kind) <= 64),
    thigh_ext_deg real,
    written timestamptz NOT NULL,
    received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (started, device_id, token, t_s, kind)
) PARTITION BY RANGE (started);

-- By the device's clocks, which two reports never have the same of.
CREATE TABLE health (
    written timestamptz NOT NULL,
    device_id integer NOT NULL,
    monotonic_s double precision NOT NULL CHECK (monotonic_s >= 0),
    session text CHECK (length(session) <= 64),
    uptime_s double precision NOT NULL CHECK (uptime_s >= 0),
    problems text[] NOT NULL,
    frames_per_second real,
    loop_p95_ms real,
    pose_score real,
    temperature_c real,
    throttled boolean,
    disk_free_mb bigint,
    outbox_depth integer NOT NULL CHECK (outbox_depth >= 0),
    outbox_oldest_s double precision,
    outbox_dropped integer NOT NULL CHECK (outbox_dropped >= 0),
    reconnects integer NOT NULL CHECK (reconnects >= 0),
    encrypted boolean NOT NULL,
    version text NOT NULL CHECK (length(version) <= 64),
    clock_synchronised boolean NOT NULL,
    received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (written, device_id, monotonic_s)
) PARTITION BY RANGE (written);
CREATE INDEX ON health (device_id, written);

-- What lies in no month that is kept: a device whose clock is wrong.
CREATE TABLE session_other PARTITION OF session DEFAULT;
CREATE TABLE summary_other PARTITION OF summary DEFAULT;
CREATE TABLE cue_count_other PARTITION OF cue_count DEFAULT;
CREATE TABLE stride_other PARTITION OF stride DEFAULT;
CREATE TABLE cue_other PARTITION OF cue DEFAULT;
CREATE TABLE health_other PARTITION OF health DEFAULT;

-- What was not stored, and why.
CREATE TABLE refused (
    day date NOT NULL,
    reason text NOT NULL CHECK (length(reason) <= 64),
    messages bigint NOT NULL CHECK (messages > 0),
    PRIMARY KEY (day, reason)
);
