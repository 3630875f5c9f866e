#!/bin/sh
# Whole sessions with a model service that is not ours, in each wire format: what the built-in modeler answered once is
# served by it, and the same asset must come of it. Then services that fail, keys that must not be seen, and the doctor.
. "$LL3M_SOURCE/tests/lib/tap.sh"
. "$LL3M_SOURCE/tests/lib/node.sh"
secret=sk-sEcReT-0123456789
mug="create a 3D object of a mug"
if ! node_packages || ! node_modern; then
	skip "a model service that is not ours" "$node_reason"
	finish
fi

# shellcheck disable=SC2086 # settings are words
ll3m 300 --text "$mug" $quick </dev/null
same "built-in: exit code" "$code" 0
wanted=$(folder_of)
ll3m 20 sessions record "$(session_of)" </dev/null
mv out recording.json

service=
start() { # SCRIPT ARG…: what it prints is in the file url
	rm -f url
	script=$1
	shift
	"$node_program" "$LL3M_SOURCE/tests/lib/$script" "$@" >url 2>mock.err &
	service=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -s url ] && break
		sleep 0.5
	done
	url=$(cat url)
}
serve() {
	start aimock.mjs recording.json "$LL3M_SOURCE/src/agent" journal.json
}
unserve() {
	rm -f url
	[ -z "$service" ] || kill "$service" 2>/dev/null
	[ -z "$service" ] || wait "$service" 2>/dev/null
	service=
}
trap 'unserve; clean_up' EXIT

# format PROVIDER MODEL PATH VARIABLE: the whole way, by that wire format.
format() {
	provider="--set models.default.provider=$1 --set models.default.model=$2 --set models.default.base_url=$url$3"
	export "$4=$secret"
	# shellcheck disable=SC2086
	ll3m 60 doctor $provider </dev/null
	same "$1: doctor: exit code" "$code" 0
	if grep -q "^model  *$1 $2 for planner" out && grep -q "this question [1-9].* USD" out; then ok "$1: doctor names the model and the price"; else not_ok "$1: doctor names the model and the price" out; fi
	# shellcheck disable=SC2086
	ll3m 300 --text "$mug" $quick $provider </dev/null
	same "$1: exit code" "$code" 0
	check "$1: the same asset as from the built-in modeler" cmp "$wanted/draft.py" "$(folder_of)/draft.py"
	ll3m 20 sessions record "$(session_of)" </dev/null
	same "$1: who answered, by tokens that were counted" "$(json out '[...new Set(v.calls.map((c) => [c.provider, c.model, c.usage.tokens_out > 0, c.usage.estimated].join(" ")))]')" "[\"$1 $2 true false\"]"
	unset "$4"
	if grep -rqF "$secret" . "$XDG_DATA_HOME"; then not_ok "$1: the key is nowhere" && grep -rlF "$secret" . "$XDG_DATA_HOME" | sed 's/^/# /'; else ok "$1: the key is nowhere"; fi
}
serve
format openai gpt-5-mini /v1 OPENAI_API_KEY
format anthropic claude-sonnet-4-0 "" ANTHROPIC_API_KEY
format gemini gemini-2.5-flash /v1beta GEMINI_API_KEY
unserve
same "each was spoken to in its own format" "$(json journal.json '[...new Set(v.map((r) => r.path.replace(/\?.*/, "")))]')" \
	'["/v1/chat/completions","/v1/messages","/v1beta/models/gemini-2.5-flash:streamGenerateContent"]'

# ---- what fails ----
provider="--set models.default.provider=compatible --set models.default.model=m --set models.default.seconds=2"
fails() { # NAME CODE PATTERN SETTING…
	fails_name=$1
	fails_code=$2
	pattern=$3
	shift 3
	# shellcheck disable=SC2086
	ll3m 60 --text "$mug" $quick $provider "$@" </dev/null
	told "$fails_name" "$fails_code" "$pattern"
}
fails "nobody there" 12 "compatible m: http://127.0.0.1:9/v1" --set models.default.base_url=http://127.0.0.1:9/v1
fails "no model named" 3 "models.default.model is not set" --set models.default.model= --set models.default.base_url=http://127.0.0.1:9/v1
fails "no key" 3 "no key for openai: put it into .OPENAI_API_KEY" --set models.default.provider=openai
echo "$secret" >key
chmod 644 key
fails "a key file that others may read" 3 "chmod 600" --set models.default.provider=openai --set models.default.key_file="$scratch/key"
chmod 600 key
fails "a fallback that is none" 3 "must be PROVIDER/MODEL" --set models.default.base_url=http://127.0.0.1:9/v1 --set models.default.fallback=gpt-5
LL3M_API_KEY="$secret
$secret"
export LL3M_API_KEY
fails "a key with a line break" 3 "line break" --set models.default.base_url=http://127.0.0.1:9/v1
unset LL3M_API_KEY
rm key
if grep -rqF "$secret" . "$XDG_DATA_HOME"; then not_ok "the key is nowhere"; else ok "the key is nowhere"; fi

# ---- stopped for want of a model, continued with one ----
fails "stopped" 12 "compatible m" --set models.default.base_url=http://127.0.0.1:9/v1
ll3m 20 sessions --json </dev/null
session=$(json out 'v[0].id')
serve
# shellcheck disable=SC2086
ll3m 300 sessions continue "$session" $quick --set models.default.provider=compatible --set models.default.model=m --set models.default.base_url="$url/v1" </dev/null
same "continued with a model that is there: exit code" "$code" 0
check "continued: the same asset" cmp "$wanted/draft.py" "$(folder_of)/draft.py"
unserve

# ---- TLS, certificates, proxies ----
if ! openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=models.example -addext "subjectAltName=DNS:models.example,IP:127.0.0.1" -keyout key.pem -out cert.pem 2>openssl.err; then
	skip "TLS" "openssl makes no certificate"
	finish
fi
start tls.mjs key.pem cert.pem spoken
# doctor NAME CODE PATTERN SETTING…
doctor() {
	doctor_name=$1
	doctor_code=$2
	pattern=$3
	shift 3
	ll3m 60 doctor --set models.default.provider=compatible --set models.default.model=m "$@" </dev/null
	if [ "$code" = "$doctor_code" ] && grep -Eq "$pattern" out; then ok "$doctor_name"; else not_ok "$doctor_name" out err && echo "# got exit code $code"; fi
}
at="--set models.default.base_url=https://127.0.0.1:${url% *}/v1"
doctor "a certificate that nobody knows" 3 "^ +compatible m: .*certificate" "${at% *}" "${at#* }"
doctor "the same, trusted" 0 "^model +compatible m" "${at% *}" "${at#* }" --set models.ca_file="$PWD/cert.pem"
SSL_CERT_FILE=$PWD/cert.pem
export SSL_CERT_FILE
doctor "the same, by the environment" 0 "^model +compatible m" "${at% *}" "${at#* }"
doctor "certificates that are none" 3 "certificates in .* cannot be read" "${at% *}" "${at#* }" --set models.ca_file="$PWD/recording.json"
https_proxy=http://127.0.0.1:${url#* }
export https_proxy
doctor "through a proxy" 0 "^model +compatible m" --set models.default.base_url=https://models.example/v1
same "in HTTP/2, and the proxy was asked" "$(tr '\n' ' ' <spoken)" "HTTP/2.0 HTTP/2.0 models.example:443 HTTP/2.0 "
finish
