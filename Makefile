# A new machine needs Rust and make, nothing else.

SHELL  := bash
CARGO  ?= cargo
# The sample agreement that `make demo` shows, and the folder in which it writes.
DEMO   ?= easter-truce-2026
IN     ?= .
# Cases of each property test in `make long`; a test that sets a number of its own keeps it.
CASES  ?= 20000
CRATES := $(patsubst crates/%/Cargo.toml,%,$(wildcard crates/*/Cargo.toml))
# Parts of the smoke test of the parsers in `make long`: each tries other damaged texts.
SMOKE  ?= 1 2 3 4 5 6 7 8
# Parts of the second opinion in `make long`: plans, and agreements, each from another seed on.
PLANS  ?= 1 2 3 4
LIVES  ?= 1 2 3 4
# Parts of the changed proof bundles in `make long`: 150,000 each.
FORGED ?= 1 2 3 4 5 6 7 8
# Parts of the lives with crashes in `make long`: 2,500 each.
CRASHES ?= 1 2 3 4
# Parts of the simulation of mirrors of whom two lie: 250 runs each.
SPLIT  ?= 1 2 3 4 5 6 7 8

# The room that `make room` opens: where, and after how many seconds it ends; by default never.
AT     ?= 127.0.0.1:0
STOP   ?=

# Where `make web` puts the map library, and where rooms that are opened here look for it.
WEB    ?= $(CURDIR)/target/web

.PHONY: demo room web room-test pictures test long mutants bench vscode vscode-test

## A record of a real truce: made, filled, asked, verified.
demo:
	cd "$(IN)" && $(CARGO) run --locked --release --manifest-path "$(CURDIR)/Cargo.toml" \
		--bin servanda -- demo $(DEMO)

## The operations room on the same record, until it is interrupted. It prints its address, accounts
## and password.
room:
	cd "$(IN)" && $(CARGO) run --locked --release --manifest-path "$(CURDIR)/Cargo.toml" \
		--bin servanda -- demo $(DEMO) --room --address $(AT) $(if $(STOP),--stop-after $(STOP)) \
		$(if $(wildcard $(WEB)/maplibre-gl.mjs),--web "$(WEB)")

## The library with which maps can be moved (MapLibre GL), for `make room` and `servanda serve --web`.
## Needs Node and npm; without it the room draws each map itself.
web: crates/room/web/node_modules
	@mkdir -p "$(WEB)"
	cd crates/room/web/node_modules/maplibre-gl && cp LICENSE.txt \
		dist/maplibre-gl.mjs dist/maplibre-gl-worker.mjs dist/maplibre-gl.css "$(WEB)"

## The one check: form, lints, tests (the tidy test among them).
test:
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(CARGO) test --locked --workspace

## The property tests with many more cases, and the parsers with damaged texts, part by part. When
## it was stopped, it goes on with the part that it had come to; after a change it begins again.
long: $(CRATES:%=target/long/%) $(SMOKE:%=target/long/smoke-%) \
		$(PLANS:%=target/long/plans-%) $(LIVES:%=target/long/lives-%) \
		$(FORGED:%=target/long/forged-%) $(SPLIT:%=target/long/split-%) \
		$(CRASHES:%=target/long/crashes-%) target/long/syscalls target/long/scale
	@echo "All properties held with $(CASES) cases each, no damaged text made a parser panic, and"
	@echo "the slow second opinion found no difference."
	@echo "No changed proof bundle proved anything else."
	@echo "No two histories were accepted while two of five mirrors lied."

SOURCES := $(shell find crates -name '*.rs') Cargo.lock

target/long/smoke-%: $(SOURCES)
	$(CARGO) run --locked --release --package xtask -- smoke $*
	@mkdir -p target/long && touch $@

target/long/plans-%: $(SOURCES)
	$(CARGO) run --locked --release --package servanda-oracle -- $*000000000 250000
	@mkdir -p target/long && touch $@

target/long/lives-%: $(SOURCES)
	$(CARGO) run --locked --release --package servanda-oracle -- life $*000000000 2000
	$(CARGO) run --locked --release --package servanda-oracle -- lives $*500000000 100000
	@mkdir -p target/long && touch $@

target/long/crashes-%: $(SOURCES)
	CRASHES=2500 CRASHES_SEED=$* $(CARGO) test --locked --release --package servanda-store --lib \
		-- tests::crash --nocapture
	@mkdir -p target/long && touch $@

# Needs strace.
target/long/syscalls: $(SOURCES)
	STRACE=must SYSCALLS=1000 KILLS=200 $(CARGO) test --locked --release --package servanda-cli \
		--test it -- syscalls --nocapture
	@mkdir -p target/long && touch $@

# Needs Python, and the first time the package registries.
target/long/scale: $(SOURCES) $(wildcard bench/scale/*)
	$(CARGO) build --locked --release --bin servanda
	python3 bench/scale/run.py 60000 8
	@mkdir -p target/long && touch $@

target/long/forged-%: $(SOURCES)
	MUTATIONS=150000 MUTATIONS_SEED=$* $(CARGO) test --locked --release \
		--package servanda-store --test mutations -- --nocapture
	@mkdir -p target/long && touch $@

target/long/split-%: $(SOURCES)
	SEEDS=250 SEED_FROM=$*000 $(CARGO) test --locked --release \
		--package servanda-server --test simulation -- --nocapture
	@mkdir -p target/long && touch $@

target/long/%: $(SOURCES)
	PROPTEST_CASES=$(CASES) $(CARGO) test --locked --release \
		--package $$(sed -n 's/^name = "\(.*\)"/\1/p' crates/$*/Cargo.toml | head -n 1) \
		-- --include-ignored
	@mkdir -p target/long && touch $@

# The program that makes the mutants of `make mutants`.
MUTANTS := 27.1.0

## Break the code in small ways, a seeded sample, and list what no test noticed. When it was stopped,
## it goes on where it was. Needs Python 3.
mutants: target/tools/cargo-mutants-$(MUTANTS)
	python3 .ci/mutants.py $(ARGUMENTS)

target/tools/cargo-mutants-$(MUTANTS):
	$(CARGO) install --locked cargo-mutants --version $(MUTANTS) --root target/tools
	@touch $@

## The extension for VS Code, as a file to install: editors/vscode/servanda-*.vsix. Needs Node and npm.
vscode: editors/vscode/node_modules
	cd editors/vscode && npm run package

## The language server met by VS Code's own protocol library.
vscode-test: editors/vscode/node_modules
	$(CARGO) build --locked --bin servanda
	cd editors/vscode && npm test

## The room in a real browser. Needs Node, npm and Chromium (CHROMIUM=FILE where it is elsewhere);
## SHOTS=FOLDER keeps a picture of every page.
room-test: crates/room/web-tests/node_modules web
	$(CARGO) build --locked --workspace --bin servanda
	cd crates/room/web-tests && npm run types && npm test

## The pictures of the README, made anew by the same tests.
pictures: export PICTURES = $(CURDIR)/docs/pictures
pictures: room-test

# No package runs a script of its own here.
%/node_modules: %/package.json %/package-lock.json
	cd $* && npm ci --ignore-scripts
	@touch $@

# Where cargo puts what it builds.
room-test: export WEB := $(WEB)
room-test vscode-test: export SERVANDA = $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)/debug/servanda

## How long the demo of each sample agreement takes; what it prints goes to bench/out.
bench:
	$(CARGO) build --locked --release --bin servanda
	@mkdir -p bench/out
	@set -e; TIMEFORMAT='%R s'; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	for each in agreements/*/agreement.md; do \
		name=$$(basename $$(dirname $$each)); echo "$$name"; mkdir "$$folder/$$name"; \
		time $(MAKE) --no-print-directory demo DEMO=$$name IN="$$folder/$$name" \
			> bench/out/$$name.txt; \
	done
