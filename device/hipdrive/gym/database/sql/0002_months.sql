-- A partition of a table for each month, in UTC whatever the session's time zone.

CREATE FUNCTION make_month(parent text, month date) RETURNS void LANGUAGE plpgsql
    SET timezone = 'UTC' AS $$
DECLARE
    -- The tables have two names for it.
    key text := CASE parent WHEN 'health' THEN 'written' ELSE 'started' END;
    name text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
    first timestamptz := date_trunc('month', month);
    last timestamptz := date_trunc('month', month) + interval '1 month';
BEGIN
    -- One at a time: two collectors meet a new month in the same second.
    PERFORM pg_advisory_xact_lock(hashtextextended('hipdrive.make_month.' || parent, 0));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, parent);
    -- Rows of a clock that was fast then, and is right now.
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *)'
        ' INSERT INTO %I SELECT * FROM moved', parent || '_other', key, first, key, last, name);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent, name, first, last);
END
$$;

-- Drop the months that ended before a point in time; returns how many.
CREATE FUNCTION drop_months(parent text, before timestamptz) RETURNS integer LANGUAGE plpgsql
    SET timezone = 'UTC' AS $$
DECLARE
    dropped integer := 0;
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('hipdrive.make_month.' || parent, 0));
    FOR name IN
        SELECT child.relname FROM pg_inherits
        JOIN pg_class child ON child.oid = inhrelid
        WHERE inhparent = parent::regclass AND child.relname ~ '_[0-9]{4}_[0-9]{2}$'
        ORDER BY child.relname
    LOOP
        IF to_date(right(name, 7), 'YYYY_MM') + interval '1 month' <= before THEN
            EXECUTE format('DROP TABLE %I', name);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    EXECUTE format('DELETE FROM %I WHERE received < %L', parent || '_other', before);
    RETURN dropped;
END
$$;
