# A thin front on meson: every target installs what is missing first, and works offline once that is done.
#   make         build build/ll3m
#   make demo    a chair, made by the built-in modeler
#   make test    every test
#   make bench   the figures
.PHONY: all demo test bench format lint install clean
B = build

all: $(B)/build.ninja
	@meson compile -C $(B) --ninja-args=--quiet

$(B)/build.ninja:
	@tools/setup build
	@meson setup $(B) >/dev/null

demo: all
	@tools/setup run
	@tools/demo $(B)/ll3m

test:
	@tools/setup build run test
	@tools/test

bench: all
	@tools/setup run
	meson test -C $(B) --benchmark --verbose

format:
	@tools/setup test
	git ls-files '*.c' '*.h' | xargs clang-format -i

install: all
	meson install -C $(B)

clean:
	rm -rf $(B) build-*
