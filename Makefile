# Thin on purpose: each target is one command that also works without make.
.PHONY: help run check fmt hot bench clean
.DEFAULT_GOAL := help

DROVER_HOME ?= $(CURDIR)/run

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## build if needed and start the agent in the foreground
	./drover run

check: ## all tests, as CI passes them
	./drover test

fmt: ## format all Java sources
	mvn -q -B spotless:apply

# Karaf updates the running bundle of the same name. The file stays in deploy/ and wins at the next start too, and taking it
# away uninstalls the bundle: delete it, and data/, while the agent is stopped.
hot: ## build one bundle and put it into the running agent: make hot B=conntrack
	@test -d "bundles/$(B)" -a -n "$(B)" || { echo "make hot B=WORD, one of the folders in bundles/" >&2; exit 2; }
	mvn -q -B -Pq package -pl bundles/$(B) -am
	cp bundles/$(B)/target/$(B)-*.jar "$(DROVER_HOME)/deploy/.$(B)"
	mv "$(DROVER_HOME)/deploy/.$(B)" "$(DROVER_HOME)/deploy/$(B).jar"

bench: ## start and memory beside stock Karaf, about 15 minutes
	benchmarks/start/run.sh

clean: ## take away what the build has made
	mvn -q -B clean
