# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What the tests that run the tools against each other share. Sourced, with $client and $server set.
work=$(mktemp -d "${TMPDIR:-/tmp}/motedtls-tools.XXXXXX")
server_id= failures=0 cases=0
clean() {
  [ -z "$server_id" ] || kill "$server_id" 2>/dev/null
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

fail() {
  failures=$((failures + 1))
  echo "FAILED $*"
  sed 's/^/  server: /' "$work/server"
  sed 's/^/  client: /' "$work/err" 2>/dev/null
}

# launch PORT OPTIONS...: a server; $port is the one it listens on, empty if it does not.
launch() {
  wanted=$1
  shift
  : >"$work/server"
  "$server" "$@" "$wanted" 2>"$work/server" &
  server_id=$!
  tries=0 port=
  while [ -z "$port" ] && [ $tries -lt 100 ] && kill -0 "$server_id" 2>/dev/null; do
    sleep 0.1
    port=$(sed -n 's/^listening on port //p' "$work/server")
    tries=$((tries + 1))
  done
}

# start OPTIONS...: a server on a free port.
start() {
  launch 0 "$@"
  [ -n "$port" ] || { fail "the server does not start: $*"; exit 1; }
}

# ended STATUS: the server has ended by itself. stop: it ends when told to.
ended() {
  wait "$server_id"
  status=$?
  server_id=
  [ $status -eq "$1" ] || fail "the server ended with $status, not $1"
}
stop() {
  kill -"$1" "$server_id"
  ended 0
}

# expect STATUS OUTPUT ERROR-PATTERN CLIENT-OPTIONS... HOST
expect() {
  expected=$1 output=$2 pattern=$3
  shift 3
  cases=$((cases + 1))
  "$client" "$@" "$port" >"$work/out" 2>"$work/err"
  status=$?
  [ $status -eq "$expected" ] || fail "exit status $status, not $expected: $*"
  # shellcheck disable=SC2254 # patterns on purpose
  case $(cat "$work/out") in $output) ;; *) fail "output: $*: $(cat "$work/out")" ;; esac
  # shellcheck disable=SC2254
  case $(cat "$work/err") in $pattern) ;; *) fail "standard error: $*" ;; esac
}

# said PATTERN COUNT: so many lines of the server match.
said() {
  [ "$(grep -c "$1" "$work/server")" -eq "$2" ] || fail "not $2 lines of the server like $1"
}
newline='
'
