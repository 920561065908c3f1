-- A user who reads the gym's tables and nothing else, for Grafana. Run as the tables' owner, after the
-- collector has made them: psql -d hipdrive -f reader.sql; then \password grafana
CREATE ROLE grafana LOGIN;
GRANT USAGE ON SCHEMA hipdrive TO grafana;
GRANT SELECT ON ALL TABLES IN SCHEMA hipdrive TO grafana;
-- Of layouts to come.
ALTER DEFAULT PRIVILEGES IN SCHEMA hipdrive GRANT SELECT ON TABLES TO grafana;
ALTER ROLE grafana SET statement_timeout = '10s';
ALTER ROLE grafana SET default_transaction_read_only = on;
