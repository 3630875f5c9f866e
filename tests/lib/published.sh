# The published prompts with both their wishes, and the other families. To be sourced where `make` is defined:
# make PROMPT [WISH SPEC]…; SPEC is what the wish may change, see asset.mjs.
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
