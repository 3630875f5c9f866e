#!/bin/sh
# The published prompts with both their wishes, and the other families: made, gated, verified, changed nowhere else, exported whole.
#   prompts.sh [WORD]   only the prompts that hold the word
. "$LL3M_SOURCE/tests/lib/tap.sh"
. "$LL3M_SOURCE/tests/lib/node.sh"
only=${1:-}
quick="$quick --set export.texture_size=1024"
# What a bake looks like in other Blenders is seen by their own tests of the bridge.
[ ! "$other_blender" ] || quick="$quick --set export.bake=false --set export.check=false"
asset=$LL3M_SOURCE/tests/lib/asset.mjs
node_packages && validator=yes || validator=

# version N: what version N has left.
check_version() {
	check "$1: version $2: files whole" node "$asset" files "$folder/versions/$2"
	check "$1: version $2: no hard finding" node "$asset" hard "$folder/versions/$2/report.json"
	check "$1: version $2: pictures show something" node "$asset" picture "$folder/versions/$2/renders"/*.png
	check "$1: version $2: the .glb has the bounds of the report" node "$asset" glb "$folder/versions/$2/asset.glb" "$folder/versions/$2/report.json"
	[ "$other_blender" ] || check "$1: version $2: the .glb looks like the asset" node "$asset" delivery "$folder/versions/$2/report.json"
	if [ "$validator" ]; then
		check "$1: version $2: the glTF validator finds no error and no warning" node "$asset" validate "$folder/versions/$2/asset.glb"
	else
		skip "$1: version $2: the glTF validator finds no error and no warning" "$node_reason"
	fi
}

# make PROMPT [WISH SPEC]…: SPEC is what the wish may change, see asset.mjs.
make() {
	prompt="create a 3D object of $1"
	name=$(echo "$1" | cut -d ' ' -f 1-4)
	case $prompt in *"$only"*) ;; *) return ;; esac
	shift
	: >wishes
	wishes=0
	for word in "$@"; do
		wishes=$((wishes + 1))
		[ $((wishes % 2)) = 0 ] || printf '%s\n' "$word" >>wishes
	done
	wishes=$((wishes / 2))
	rm -rf ll3m-out
	# shellcheck disable=SC2086 # settings are words
	ll3m 400 --text "$prompt" $quick <wishes
	same "$name: exit code" "$code" 0
	folder=$(folder_of)
	[ -d "$folder" ] || { not_ok "$name: has a folder" err; return; }
	same "$name: every wish became a version" "$(find "$folder/versions" -mindepth 1 -maxdepth 1 | wc -l)" $((wishes + 1))
	same "$name: each wish verified" "$(grep -c '^\[Verified\] \(partial\|missing\)' err) $(grep -c '^\[Version [0-9]*\]' err)" "0 $((wishes + 1))"
	same "$name: no word ignored" "$(grep -c '^\[Ignored\]' err)" 0
	grep '^\[\(Verified\|Ignored\|Note\)\]\|^ll3m: ' err | cut -c 1-300 | sed 's/^/# /'
	check_version "$name" 1
	n=1
	while [ $# -gt 0 ]; do
		n=$((n + 1))
		check_version "$name" $n
		check "$name: \"$1\" changes $2 and nothing else" node "$asset" parts "$folder/versions/$((n - 1))/report.json" "$folder/versions/$n/report.json" "$2"
		shift 2
	done
}

make "a chair" \
	"add 2 armrests on the chair" armrests \
	"change the texture to wooden with dark brown color" "*/look"
make "a stylish Chinese lantern with red silk material, golden trim, and intricate carved wooden frame" \
	"add a small golden tassel hanging from the bottom" tassel \
	"make the red silk material more translucent and glowing" "silk/look"
make "a cartoon blue fish with streamlined body, large expressive eyes, flowing tail fins, and shimmering scales with subtle iridescent highlights" \
	"add small bubbles around the fish" bubbles \
	"make the scales more metallic and reflective" "body/look"
make "a skateboard with wooden deck, colorful grip tape, metal trucks, and smooth wheels with detailed bearings" \
	"add a cool graphic design pattern on the deck" "deck,grip" \
	"make the wheels glow with neon colors" "wheels/look"
make "a bonsai tree with twisted trunk, small green leaves, and moss-covered rocks in a ceramic pot" \
	"add small cherry blossoms on the branches" blossoms \
	"make the ceramic pot more ornate with traditional patterns" "pot,pattern"
make "a crystal sword with translucent blue blade, silver hilt with gemstone decorations" \
	"add lightning effects around the blade" lightning \
	"make the gemstones pulse with different colors" gems/look
for family in table "table lamp" bookshelf mug house rocket; do
	make "a $family"
done
finish
