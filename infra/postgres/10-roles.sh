#!/bin/bash
# The postgres image runs this once, as POSTGRES_USER, when it prepares an empty volume. Creates the owner of the database, who is no superuser,
# and a login role that can only read. Then the superuser has no password any more: it is reached by psql inside of the container alone.
set -euo pipefail
folder="${INIT_FOLDER:-/docker-entrypoint-initdb.d}"
run() { psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" "$@"; }

run --dbname postgres --set owner_password="$THRESHER_PASSWORD" --set query_password="$THRESHER_READ_PASSWORD" <<'SQL'
create role thresher login createdb createrole password :'owner_password';
alter role thresher set createrole_self_grant = 'set, inherit';
create role thresher_reader nologin;
grant thresher_reader to thresher with admin option;
create role thresher_query login connection limit 20 password :'query_password' in role thresher_reader;
grant thresher_query to thresher;
alter role thresher_query set default_transaction_read_only = on;
alter role thresher_query set statement_timeout = '60s';
alter role thresher_query set lock_timeout = '5s';
alter role thresher_query set idle_in_transaction_session_timeout = '10min';
alter role thresher_query set client_connection_check_interval = '10s';
alter role thresher_query set work_mem = '32MB';
alter role thresher_query set max_parallel_workers_per_gather = 2;
alter role thresher_query set temp_file_limit = '4GB';
create database thresher owner thresher;
revoke connect, temporary on database postgres, template1 from public;
SQL

# New databases are copies of template1.
for database in template1 thresher; do run --dbname "$database" --file "$folder/restrict-public.psql"; done
run --dbname postgres --command "alter role current_user password null"
