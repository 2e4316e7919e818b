# SPDX-License-Identifier: GPL-2.0-or-later
# make bench TREE=/path/to/linux [BENCH_FLAGS=...]: see docs/performance.md

EXTRA_DIST += bench/bench.py

.PHONY: bench
bench: lockgraph$(EXEEXT)
	@test -n "$(TREE)" || { echo "say which tree: make bench TREE=/path/to/linux" >&2; exit 2; }
	LOCKGRAPH_DATADIR=$(abs_top_builddir)/datadir \
		$(PYTHON) $(top_srcdir)/bench/bench.py --lockgraph $(abs_builddir)/lockgraph$(EXEEXT) \
		$(BENCH_FLAGS) $(TREE)
