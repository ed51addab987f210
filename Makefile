# kratree
#
# Read this file from top to bottom: settings, goals, then how each thing is made. `make help` lists the goals.
# Everything that is generated goes below build/; build/log holds the details of what is printed in a line.

# ---- Settings, to be given on the command line ----------------------------------------------

VARIANT ?= release#  release, debug or san (address and undefined behaviour sanitizers)
LIBS    ?= source#   source: compiled from the distribution's source packages; system: the installed ones
PREFIX  ?= /usr/local
DESTDIR ?=
V       ?=#          1 prints commands as they run

ifneq ($(filter-out release debug san,$(VARIANT))$(filter-out source system,$(LIBS)),)
$(error VARIANT is release, debug or san; LIBS is source or system)
endif

# The compiler: make's own default, but sanitizers and WASM want clang.
ifeq ($(origin CC),default)
CC := $(if $(filter san,$(VARIANT)),clang-14,cc)
endif

WARNINGS = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
           -Wvla -Wundef -Wcast-qual -Werror
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

CFLAGS_release = -O2
CFLAGS_debug   = -O0 -g
CFLAGS_san     = -O1 -g $(SANITIZE)
CFLAGS  ?=#          added to those of the variant
LDFLAGS ?=

ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN)
endif
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:

say = @$(if $(V),,printf '  %-8s %s\n' $(1) $(2);)
run = $(if $(V),,@)

# ---- What there is ---------------------------------------------------------------------------

B := build/$(VARIANT)$(if $(filter system,$(LIBS)),-system)

CORE   := $(sort $(wildcard src/core/*/*.c))
HOST   := $(sort $(wildcard src/store/*.c src/cli/*.c))
PUSH   := $(sort $(wildcard src/push/*.c))
ADAPTERS := git s3
MAIN   := src/cli/main.c
TESTS  := $(sort $(wildcard tests/unit/test_*.c))
HEADER := include/kratree.h

VERSION := $(shell sed -n 's/.*return "\([0-9][0-9.a-z-]*\)".*/\1/p' src/core/tree/render.c 2>/dev/null)

objects = $(patsubst %.c,$(B)/%.o,$(1))

LIBRARY := $(B)/libkratree.a
PROGRAM := $(B)/kratree
COMPLETIONS := $(addprefix $(B)/completion.,bash zsh fish)
# The rooms around the core, for the program and the unit tests.
ROOMS   := $(B)/librooms.a

# ---- Goals -----------------------------------------------------------------------------------

all: $(if $(filter build/release,$(B)),build/kratree build/libkratree.a,$(PROGRAM) $(LIBRARY)) ## Build build/kratree and build/libkratree.a

demo: build/kratree ## Build, render a real example, show its tree and why
	@packaging/demo.sh build/kratree

test: build/setup/test ## Build everything in every variant and run every test (SUITES="unit …": only these)
	@$(MAKE) VARIANT=release LIBS=source test-programs
	@$(MAKE) VARIANT=san LIBS=source test-programs
	@$(MAKE) VARIANT=release LIBS=system all
	@$(MAKE) web build/page-tests/ready build/wasm-types/ready build/findings-tests/ready wheel npm build/python/ready
	@$(if $(or $(findstring push,$(SUITES)),$(if $(SUITES),,all)),packaging/servers.sh test)
	@COMPILE='$(COMPILE)' python3 tests/run.py $(SUITES)

test-programs: all adapters $(TESTS:tests/unit/%.c=$(B)/tests/%)

wasm: build/wasm/kratree.wasm ## Build build/wasm/kratree.wasm
	@:

web: build/web/kratree.html ## Build the page: build/web/kratree.html, and build/web/hosted for a server
	@:

purity: all wasm ## Show that the core is pure: includes, symbols, imports
	@tests/purity.sh $(B)/src/core build/wasm/kratree.wasm

fixtures: build/kratree build/setup/test ## Write what the fixtures' wanted files should be now; read the diff
	@python3 tests/fixtures.py build/kratree --update

adapters: $(foreach a,$(ADAPTERS),$(if $(wildcard src/push/$(a)/main.c),$(if $(filter build/release,$(B)),build/kratree-push-$(a),$(B)/kratree-push-$(a)))) ## Build build/kratree-push-git and build/kratree-push-s3
	@:

bench: build/kratree adapters $(B)/bench/bench $(B)/bench/events build/web/kratree.html build/page-tests/ready ## Measure, each number beside its reference (CALLGRIND=1: instructions too)
	@python3 tests/bench/run.py $(B)/bench/bench $(B)/bench/events build/kratree $(if $(CALLGRIND),--callgrind)

install: all $(B)/kratree.pc $(B)/kratree.1 $(COMPLETIONS) ## Install below $(DESTDIR)$(PREFIX): program, manual, completions, library, header
	$(call say,install,$(DESTDIR)$(PREFIX))
	$(run)install -d $(addprefix '$(DESTDIR)$(PREFIX)'/,bin include lib/pkgconfig share/man/man1 share/bash-completion/completions \
	    share/zsh/site-functions share/fish/vendor_completions.d)
	$(run)install -m 644 $(B)/completion.bash '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/kratree'
	$(run)install -m 644 $(B)/completion.zsh '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kratree'
	$(run)install -m 644 $(B)/completion.fish '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kratree.fish'
	$(run)install -m 755 $(PROGRAM) '$(DESTDIR)$(PREFIX)/bin/kratree'
	$(run)for a in $(wildcard $(ADAPTERS:%=$(B)/kratree-push-%)); do install -m 755 $$a '$(DESTDIR)$(PREFIX)/bin/'; done
	$(run)install -m 644 $(B)/kratree.1 '$(DESTDIR)$(PREFIX)/share/man/man1/kratree.1'
	$(run)install -m 644 $(LIBRARY) '$(DESTDIR)$(PREFIX)/lib/libkratree.a'
	$(run)install -m 644 $(HEADER) '$(DESTDIR)$(PREFIX)/include/kratree.h'
	$(run)install -m 644 $(B)/kratree.pc '$(DESTDIR)$(PREFIX)/lib/pkgconfig/kratree.pc'

wheel: build/packages/wheel ## Build build/packages/kratree_bin-….whl: the program, statically linked, for pip
	@cat $<

npm: build/packages/npm ## Build build/packages/kratree-bin-….tgz: the same for npm, with the module as a library
	@cat $<

clean: ## Remove build/
	$(run)rm -rf build

help: ## List the goals
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo '  VARIANT=release|debug|san   LIBS=source|system   CC=gcc|clang-14   PREFIX= DESTDIR=   V=1'

.DEFAULT_GOAL := all
.PHONY: wheel npm all adapters demo test test-programs wasm web purity fixtures bench install clean help

# ---- Libraries of the core: the rows of packaging/libraries ----------------------------------

LIBRARIES := $(shell awk -F' *[|] *' '/^[a-z]/ { print $$1 }' packaging/libraries)
INSTALLED := $(shell awk -F' *[|] *' '/^[a-z]/ { sub(/ .*/, "", $$6); print $$6 }' packaging/libraries)

# native, or apart for the sanitizers; both from the same source tree as the ones for WASM.
LIBDIR := build/libs/$(if $(filter san,$(VARIANT)),san-$(notdir $(firstword $(CC))),native)

ifeq ($(LIBS),source)
LIBS_READY  := $(LIBDIR)/versions build/setup/build
LIBS_CFLAGS := -isystem $(LIBDIR)/include
LIBS_LINK   := -L$(LIBDIR) $(LIBRARIES:%=-l%)
else
LIBS_READY  := build/libs/system
LIBS_CFLAGS  = -DKT_LIBYAML_SYSTEM $(shell pkg-config --cflags $(INSTALLED) 2>&1)
LIBS_LINK    = $(shell pkg-config --libs $(INSTALLED) 2>&1)
endif

build/libs/source/versions: packaging/libraries | build/setup/sources
	$(run)packaging/libraries.sh fetch

build/libs/native/versions: build/libs/source/versions packaging/libraries.sh
	$(run)packaging/libraries.sh build native $(AR) $(CC)

build/libs/san-%/versions: build/libs/source/versions packaging/libraries.sh
	$(run)packaging/libraries.sh build san-$* $(AR) $* -g -fsanitize=address

build/libs/system: packaging/libraries
	$(run)packaging/libraries.sh system && touch $@

# ---- Compiling -------------------------------------------------------------------------------

COMPILE = $(CC) -std=c11 $(WARNINGS) $(CFLAGS_$(VARIANT)) $(CFLAGS) -ffunction-sections -fdata-sections \
          -Iinclude -Isrc/core -Isrc $(LIBS_CFLAGS)
LINK    = $(CC) $(CFLAGS_$(VARIANT)) $(CFLAGS) $(LDFLAGS) -Wl,--gc-sections -pthread

# Rewritten when the command changes, so that everything is compiled anew.
$(B)/flags: FORCE
	@mkdir -p $(@D) && echo '$(COMPILE) | $(LINK)' | cmp -s - $@ || echo '$(COMPILE) | $(LINK)' >$@

$(B)/%.o: %.c $(B)/flags | $(LIBS_READY)
	$(call say,cc,$<)
	@mkdir -p $(@D)
	$(run)$(COMPILE) -MMD -MP -c $< -o $@

# The pages of the diagnostic codes, for `kratree explain`.
build/generated/code_pages.inc: docs/diagnostics.md packaging/code_pages.awk
	@mkdir -p $(@D)
	$(run)awk -f packaging/code_pages.awk $< >$@

$(B)/src/cli/code_pages.o: build/generated/code_pages.inc
$(B)/src/cli/code_pages.o: CFLAGS += -Ibuild/generated

# One object of the core and its libraries, in which only kt_ names are visible: a program may link
# this archive and another libyaml or zlib side by side.
ifeq ($(LIBS),source)
$(LIBRARY): $(call objects,$(CORE)) $(LIBDIR)/versions
	$(call say,library,$@)
	$(run)$(CC) -nostdlib -r $(call objects,$(CORE)) $(LIBS_LINK) -o $(B)/kratree.o
	$(run)objcopy --wildcard --keep-global-symbol='kt_*' $(B)/kratree.o
	$(run)rm -f $@ && $(AR) rcs $@ $(B)/kratree.o
else
$(LIBRARY): $(call objects,$(CORE))
	$(call say,library,$@)
	$(run)rm -f $@ && $(AR) rcs $@ $^
endif

LINK_LIBRARY = $(LIBRARY) $(if $(filter system,$(LIBS)),$(LIBS_LINK))

$(ROOMS): $(call objects,$(filter-out $(MAIN),$(HOST)) $(PUSH))
	$(run)rm -f $@ && $(AR) rcs $@ $^

$(PROGRAM): $(call objects,$(MAIN)) $(ROOMS) $(LIBRARY)
	$(call say,link,$@)
	$(run)$(LINK) $< $(ROOMS) $(LINK_LIBRARY) -o $@

# Without any library of the system, for packages that fit every distribution.
$(B)/kratree-static: $(call objects,$(MAIN)) $(ROOMS) $(LIBRARY)
	$(call say,link,$@)
	$(run)$(LINK) -static -s $< $(ROOMS) $(LINK_LIBRARY) -o $@

ifeq ($(B),build/release)
build/kratree build/libkratree.a: build/%: build/release/%
	@ln -sf release/$* $@
else
build/kratree build/libkratree.a: FORCE
	@$(MAKE) VARIANT=release LIBS=source $@
endif

# ---- Adapters: programs of their own, with libcurl, OpenSSL, cJSON and expat of the system -----------

ADAPTER_SOURCES = $(filter-out %/main.c,$(wildcard $(ADAPTERS:%=src/push/%/*.c)))
ADAPTER_LINK    = $(LIBPUSH) $(ROOMS) $(LINK_LIBRARY) -lcurl -lcrypto -lcjson -lexpat

# All of them but their main(), for the programs and the unit tests.
LIBPUSH := $(B)/libpush.a
$(LIBPUSH): $(call objects,$(ADAPTER_SOURCES))
	$(run)rm -f $@ && $(AR) rcs $@ $^

$(call objects,$(wildcard $(ADAPTERS:%=src/push/%/*.c))): | build/setup/push

$(B)/kratree-push-%: $(B)/src/push/%/main.o $(LIBPUSH) $(ROOMS) $(LIBRARY)
	$(call say,link,$@)
	$(run)$(LINK) $< $(ADAPTER_LINK) -o $@

$(ADAPTERS:%=build/kratree-push-%): build/%: build/release/%
	@ln -sf release/$* $@

# Those of the adapters; the rest of the unit tests needs nothing of the system.
$(B)/tests/test_push_%: $(B)/tests/unit/test_push_%.o $(LIBPUSH) $(ROOMS) $(LIBRARY)
	$(call say,link,$@)
	@mkdir -p $(@D)
	$(run)$(LINK) $< $(ADAPTER_LINK) -lcmocka -o $@

$(B)/tests/%: $(B)/tests/unit/%.o $(ROOMS) $(LIBRARY)
	$(call say,link,$@)
	@mkdir -p $(@D)
	$(run)$(LINK) $< $(ROOMS) $(LINK_LIBRARY) -lcmocka -o $@

# bench measures the core against the distribution's own libyaml.
$(B)/bench/bench: $(B)/tests/bench/bench.o $(LIBRARY)
	@mkdir -p $(@D)
	$(run)$(LINK) $< $(LINK_LIBRARY) -o $@

$(B)/bench/events: $(B)/tests/bench/events.o
	@mkdir -p $(@D)
	$(run)$(LINK) $< -lyaml -o $@

$(call objects,tests/bench/bench.c tests/bench/events.c): | build/setup/bench
$(call objects,$(TESTS)): | build/setup/test

$(B)/kratree.1: $(PROGRAM)
	$(run)$(PROGRAM) --man >$@

$(COMPLETIONS): $(B)/completion.%: $(PROGRAM)
	$(run)$(PROGRAM) completion $* >$@

# What pkg-config tells: libkratree.a holds its libraries, or asks for the installed ones.
$(B)/kratree.pc: packaging/kratree.pc.in src/core/tree/render.c Makefile FORCE
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' \
	     -e 's|@REQUIRES@|$(if $(filter system,$(LIBS)),$(INSTALLED))|' $< >$@

# ---- WebAssembly: a reactor without imports ---------------------------------------------------

WASM_TARGET  := clang-14 --target=wasm32-wasi
WASM_CC      := $(WASM_TARGET) -nostdlibinc -isystem /usr/include/wasm32-wasi
WASM_LIBDIR  := build/libs/wasm
# Small before quick: -Oz, and -Os for what touches each byte. This ABI passes a struct of two words as two words,
# not as a pointer to a copy: an eighth less code, since text is passed everywhere as a kt_sv.
WASM_ABI     := -Xclang -target-abi -Xclang experimental-mv -DKT_STRUCTS_AS_FIELDS
# What every engine has had since 2021.
WASM_FEATURES := -mbulk-memory -msign-ext -mnontrapping-fptoint
WASM_COMPILE  = $(WASM_CC) -std=c11 $(WARNINGS) $(if $(filter src/core/yaml/% src/core/base/%,$<),-Os,-Oz) $(WASM_ABI) \
                $(WASM_FEATURES) -ffunction-sections -fdata-sections -Iinclude -Isrc/core -isystem $(WASM_LIBDIR)/include
WASM_OBJECTS := $(patsubst %.c,build/wasm/%.o,$(CORE) wasm/kratree_wasm.c)

# Linked without -O, since clang would then look for some wasm-opt by itself; the stack comes first, so
# that an overflow traps instead of writing into data.
WASM_LINK    := $(WASM_TARGET) -mexec-model=reactor -Wl,--gc-sections,--strip-all,--fatal-warnings \
                -Wl,-z,stack-size=1048576 -Wl,--stack-first

$(WASM_LIBDIR)/versions: build/libs/source/versions packaging/libraries.sh | build/setup/wasm
	$(run)packaging/libraries.sh build wasm llvm-ar-14 $(WASM_CC) -Os $(WASM_ABI) $(WASM_FEATURES)

build/wasm/%.o: %.c Makefile | $(WASM_LIBDIR)/versions
	$(call say,wasm,$<)
	@mkdir -p $(@D)
	$(run)$(WASM_COMPILE) -MMD -MP -c $< -o $@

build/wasm/linked.wasm: $(WASM_OBJECTS) $(WASM_LIBDIR)/versions
	$(run)$(WASM_LINK) -Wl,-Map=$(@:.wasm=.map) $(WASM_OBJECTS) -L$(WASM_LIBDIR) $(LIBRARIES:%=-l%) -o $@

build/wasm/kratree.wasm: build/wasm/linked.wasm
	$(call say,wasm,$@)
	$(run)wasm-opt -Oz --converge --low-memory-unused --enable-bulk-memory --enable-sign-ext \
	    --enable-nontrapping-float-to-int $< -o $@

# ---- The page: everything in one file, and split for a server --------------------------------------

PAGE := $(filter-out web/README.md,$(wildcard web/*)) wasm/kratree.js $(shell find fixtures/examples -type f)

build/web/kratree.html: $(PAGE) build/wasm/kratree.wasm build/web/ready
	$(call say,page,$@)
	$(run)node web/build.mjs build/web build/wasm/kratree.wasm

# What comes from npm, as the lock files have it.
build/web/ready: web/package.json web/package-lock.json packaging/npm.sh | build/setup/web
	$(run)packaging/npm.sh web $(@D)

# The schema of SARIF, for tests/validate.py.
build/findings-tests/ready: tests/findings/package.json tests/findings/package-lock.json packaging/npm.sh | build/setup/test
	$(run)packaging/npm.sh tests/findings $(@D)

# TypeScript, for tests/wasm_types.mjs.
build/wasm-types/ready: wasm/package.json wasm/package-lock.json packaging/npm.sh | build/setup/test
	$(run)packaging/npm.sh wasm $(@D)

build/page-tests/ready: tests/web/package.json tests/web/package-lock.json packaging/npm.sh | build/setup/test
	$(run)packaging/npm.sh tests/web $(@D)

# ---- Packages: each goal's file names what was made --------------------------------------------

ifeq ($(B),build/release)
build/packages/wheel: build/release/kratree-static packaging/packages.py LICENSE
	$(call say,wheel,build/packages)
	@mkdir -p $(@D)
	$(run)python3 packaging/packages.py wheel $< $(@D) >$@

build/packages/npm: build/release/kratree-static build/wasm/kratree.wasm packaging/packages.py LICENSE \
                    $(wildcard wasm/*.js wasm/*.mjs wasm/*.d.ts)
	$(call say,npm,build/packages)
	@mkdir -p $(@D)
	$(run)python3 packaging/packages.py npm $< build/wasm/kratree.wasm $(@D) >$@
else
build/packages/wheel build/packages/npm: FORCE
	@$(MAKE) VARIANT=release LIBS=source $@
endif

# What tests use from PyPI.
build/python/ready: tests/requirements.txt packaging/pip.sh | build/setup/test
	$(run)packaging/pip.sh $< $(@D)

# ---- Set-up: what is missing is installed, once -----------------------------------------------

NEEDS_test := build sources test push
NEEDS_wasm := sources wasm
NEEDS_web  := sources wasm web

build/setup/%: packaging/tools packaging/setup.sh
	$(run)packaging/setup.sh $(or $(NEEDS_$*),$*) && mkdir -p $(@D) && touch $@

FORCE:
.PHONY: FORCE
.SECONDARY:

# What each object includes, as the compiler found it.
-include $(patsubst %.o,%.d,$(call objects,$(CORE) $(HOST) $(PUSH) $(wildcard $(ADAPTERS:%=src/push/%/*.c)) $(TESTS) $(wildcard tests/bench/*.c)) $(WASM_OBJECTS))
