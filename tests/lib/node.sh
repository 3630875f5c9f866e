# The tests' npm packages, in the build folder. To be sourced, after tap.sh.
#
# node_modern: after node_packages, $node_program is a Node of version 20 or later, which some packages want: the
# system's, or one that npm brought because the system's is older.
# node_packages: installs tests/package.json as its lock file has it, once a lock file. False when npm or the network is
# not there and nothing is installed; the reason is in $node_reason.
node_packages() {
	node_folder=$LL3M_TOOLS/node
	node_reason=
	GLTF_VALIDATOR=$node_folder/node_modules/gltf-validator
	export GLTF_VALIDATOR
	if [ -d "$GLTF_VALIDATOR" ] && cmp -s "$LL3M_SOURCE/tests/package-lock.json" "$node_folder/package-lock.json"; then
		return 0
	fi
	if ! command -v npm >/dev/null 2>&1; then
		node_reason="npm is not there (tools/setup test)"
		return 1
	fi
	mkdir -p "$node_folder"
	cp "$LL3M_SOURCE/tests/package.json" "$LL3M_SOURCE/tests/package-lock.json" "$node_folder/"
	# In the person's own home: npm's settings there say which registry and which proxy.
	node_is_modern node && omit=--omit=optional || omit=
	# shellcheck disable=SC2086 # a word or nothing
	if ! (cd "$node_folder" && HOME=$person_home timeout 120 npm ci $omit --ignore-scripts --no-audit --no-fund >npm.log 2>&1); then
		rm -f "$node_folder/package-lock.json"
		node_reason="npm cannot install it: $(grep -m 1 -o 'npm error.*' "$node_folder/npm.log" | cut -c 1-120)"
		return 1
	fi
}
node_is_modern() {
	"$1" -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null
}
node_modern() {
	AIMOCK=$node_folder/node_modules/@copilotkit/aimock
	export AIMOCK
	for node_program in node "$node_folder"/node_modules/node-linux-*/bin/node; do
		node_is_modern "$node_program" && return 0
	done
	node_reason="there is no Node of version 20 or later"
	return 1
}
