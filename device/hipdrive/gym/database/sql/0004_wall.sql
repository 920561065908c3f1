-- What a runner chose to show on the wall, and in the list of a treadmill's sessions there. Nobody
-- is in it who did not choose.
CREATE TABLE runner_choice (
    runner text PRIMARY KEY CHECK (runner ~ '^[0-9a-f]{32}$'),
    name boolean NOT NULL,
    figures boolean NOT NULL,
    chosen timestamptz NOT NULL DEFAULT now()
);

-- Who is forgotten has chosen nothing.
CREATE FUNCTION forget_choice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM runner_choice WHERE runner = NEW.runner;
    RETURN NULL;
END
$$;
CREATE TRIGGER forget_choice AFTER INSERT OR UPDATE ON forgotten_runner
    FOR EACH ROW EXECUTE FUNCTION forget_choice();
