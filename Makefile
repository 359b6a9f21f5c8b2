# `make demo` and `make test` are all that a newcomer needs; each installs what is missing and says so.

.PHONY: demo test check install ci

# Builds the program and makes the drawings and the page of the Microsoft case.
demo:
	@sh scripts/install-graphviz.sh
	cargo build --locked
	cargo run --locked --quiet -- build data/microsoft-nsl -o out/
	@echo
	@echo "Open out/index.html in a browser: the drawings, the timeline and every fact with its source."
	@echo "Then ask something:  cargo run -q -- query data/microsoft-nsl gags"
	@echo "All questions:       cargo run -q -- query data/microsoft-nsl --list"

# Runs all tests of the default build.
test:
	@sh scripts/install-graphviz.sh
	cargo test --locked

# Looks at form: formatting and lints.
check:
	cargo fmt --all --check
	cargo clippy --locked --all-targets -- -D warnings

# Installs the program.
install:
	@sh scripts/install-graphviz.sh
	cargo install --locked --path .

# Does what the CI does.
ci:
	.ci/run
