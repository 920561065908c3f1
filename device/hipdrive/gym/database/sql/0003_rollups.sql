-- What the wall and the trend read instead of every row.

-- A device's health by the hour.
CREATE TABLE device_hour (
    device_id integer NOT NULL REFERENCES device,
    hour timestamptz NOT NULL,
    reports integer NOT NULL CHECK (reports > 0),
    with_problems integer NOT NULL CHECK (with_problems >= 0),
    problems text[] NOT NULL,
    hottest_c real,
    slowest_frames_per_second real,
    PRIMARY KEY (device_id, hour)
);

-- A runner's sessions by the week, of those that were runs. Means are by stride.
CREATE TABLE runner_week (
    runner text NOT NULL CHECK (runner ~ '^[0-9a-f]{32}$'),
    week date NOT NULL,
    sessions integer NOT NULL CHECK (sessions > 0),
    strides bigint NOT NULL CHECK (strides > 0),
    duration_s double precision NOT NULL,
    thigh_ext_deg real,
    cadence_spm real,
    PRIMARY KEY (runner, week)
);

-- Make weeks of runners anew. Its own statement sees what other transactions committed while it
-- waited for the lock.
CREATE FUNCTION refresh_runner_weeks(runners text[], weeks date[]) RETURNS void LANGUAGE plpgsql
    SET timezone = 'UTC' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(each, 1))
        FROM (SELECT DISTINCT unnest(runners) AS each ORDER BY 1) AS sorted;
    DELETE FROM runner_week w USING unnest(runners, weeks) AS asked (runner, week)
        WHERE w.runner = asked.runner AND w.week = asked.week;
    INSERT INTO runner_week
        SELECT s.runner, asked.week, count(*), sum(s.strides), sum(s.duration_s),
            sum(s.thigh_ext_deg * s.strides) / sum(s.strides),
            sum(s.cadence_spm * s.strides) / nullif(sum(s.strides) FILTER
                (WHERE s.cadence_spm IS NOT NULL), 0)
        FROM (SELECT DISTINCT * FROM unnest(runners, weeks) AS pair (runner, week)) AS asked
        JOIN session s ON s.runner = asked.runner AND s.verdict = 'running' AND s.strides > 0
            AND s.started >= asked.week AND s.started < asked.week + 7
        GROUP BY s.runner, asked.week;
END
$$;

-- What a runner who asked to be forgotten has left behind: no name and no figure, only what must
-- not be stored when a device sends it once more.
CREATE TABLE forgotten_runner (
    runner text PRIMARY KEY CHECK (runner ~ '^[0-9a-f]{32}$'),
    forgotten timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE forgotten_session (
    started timestamptz NOT NULL,
    device_id integer NOT NULL,
    token text NOT NULL,
    PRIMARY KEY (started, device_id, token)
);

-- Delete sessions with all that belongs to them, and have them stay away.
CREATE FUNCTION forget_sessions(startings timestamptz[], devices integer[], tokens text[])
    RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
BEGIN
    INSERT INTO forgotten_session SELECT * FROM unnest(startings, devices, tokens)
        ON CONFLICT DO NOTHING;
    FOREACH parent IN ARRAY ARRAY['stride', 'cue', 'cue_count', 'summary', 'session'] LOOP
        EXECUTE format('DELETE FROM %I gone USING unnest($1, $2, $3) AS f (started, device_id, token)'
            ' WHERE gone.started = f.started AND gone.device_id = f.device_id'
            ' AND gone.token = f.token', parent) USING startings, devices, tokens;
    END LOOP;
END
$$;

-- Delete all of a runner; returns how many sessions that were.
CREATE FUNCTION forget_runner(gone text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    sessions bigint;
BEGIN
    -- Every transaction that stores messages holds this lock shared: none is half done now.
    PERFORM pg_advisory_xact_lock(hashtextextended('hipdrive.store', 0));
    INSERT INTO forgotten_runner (runner) VALUES (gone)
        ON CONFLICT (runner) DO UPDATE SET forgotten = now();
    SELECT count(*) INTO sessions FROM session WHERE runner = gone;
    IF sessions > 0 THEN
        PERFORM forget_sessions(array_agg(started), array_agg(device_id), array_agg(token))
            FROM session WHERE runner = gone;
    END IF;
    DELETE FROM runner_week WHERE runner = gone;
    RETURN sessions;
END
$$;
