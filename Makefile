# A new machine needs Rust and make, nothing else.

SHELL  := bash
CARGO  ?= cargo
# The sample agreement that `make demo` shows, and the folder in which it writes.
DEMO   ?= easter-truce-2026
IN     ?= .
# Cases of each property test in `make long`; a test that sets a number of its own keeps it.
CASES  ?= 20000
PARTS  := $(patsubst crates/%/Cargo.toml,%,$(wildcard crates/*/Cargo.toml))
STAMPS := $(PARTS:%=target/long/%)

.PHONY: demo test long bench

## A record of a real truce: made, filled, asked, verified.
demo:
	cd "$(IN)" && $(CARGO) run --locked --release --manifest-path "$(CURDIR)/Cargo.toml" \
		--bin servanda -- demo $(DEMO)

## The one check: form, lints, tests (the tidy test among them).
test:
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(CARGO) test --locked --workspace

## The property tests with many more cases, a crate at a time. When it was stopped, it goes on
## with the crate that it had come to; after a change it begins again.
long: $(STAMPS)
	@echo "All property tests held with $(CASES) cases each."

target/long/%: $(shell find crates -name '*.rs') Cargo.lock
	PROPTEST_CASES=$(CASES) $(CARGO) test --locked --release \
		--package $$(sed -n 's/^name = "\(.*\)"/\1/p' crates/$*/Cargo.toml | head -n 1)
	@mkdir -p target/long && touch $@

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
