# The tests; all print TAP, except that a .sh may exit with 77 to be skipped. One name a line.

AM_TESTS_ENVIRONMENT = \
	LOCKGRAPH='$(abs_top_builddir)/lockgraph'; export LOCKGRAPH; \
	LOCKGRAPH_BUILD='$(abs_top_builddir)'; export LOCKGRAPH_BUILD; \
	LOCKGRAPH_DATADIR='$(abs_top_builddir)/datadir'; export LOCKGRAPH_DATADIR; \
	LOCKGRAPH_TESTS='$(abs_top_srcdir)/tests'; export LOCKGRAPH_TESTS; \
	XDG_CACHE_HOME='$(abs_top_builddir)/tests/cache'; export XDG_CACHE_HOME; \
	PYTHON='$(PYTHON)'; export PYTHON; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	ASAN_OPTIONS=detect_leaks=0; export ASAN_OPTIONS; \
	LINT_COMPILE='$(COMPILE)'; export LINT_COMPILE;

LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
TEST_EXTENSIONS = .sh

unit_tests = \
	tests/unit/test_arena \
	tests/unit/test_cache \
	tests/unit/test_cycles \
	tests/unit/test_extract \
	tests/unit/test_facts \
	tests/unit/test_file \
	tests/unit/test_fnptr \
	tests/unit/test_idset \
	tests/unit/test_intern \
	tests/unit/test_json \
	tests/unit/test_report \
	tests/unit/test_pch \
	tests/unit/test_picture \
	tests/unit/test_rules \
	tests/unit/test_source \
	tests/unit/test_terms \
	$(NULL)

# They run the program or look at its sources.
script_tests = \
	tests/suite-calls \
	tests/suite-check \
	tests/suite-ci \
	tests/suite-cli \
	tests/suite-cocci \
	tests/suite-coccicheck \
	tests/suite-damage \
	tests/suite-diff \
	tests/suite-facts \
	tests/suite-formats \
	tests/suite-graph \
	tests/suite-ids \
	tests/suite-kbuild \
	tests/suite-kept \
	tests/suite-patches \
	tests/suite-peer \
	tests/suite-quickstart \
	tests/suite-rules.sh \
	tests/suite-sparse \
	tests/suite-untrusted \
	tests/lint/cocci \
	tests/lint/format \
	tests/lint/headers \
	tests/lint/layering \
	tests/lint/lengths \
	tests/lint/lists \
	tests/lint/man \
	tests/lint/spelling \
	tests/lint/text \
	$(NULL)

if HAVE_CMOCKA
check_PROGRAMS = $(unit_tests)
TESTS += $(unit_tests)
endif
if HAVE_PYTHON
TESTS += $(script_tests)
endif

# What every unit test is built with; its one source has its name.
LDADD = src/liblockgraph.a $(LIBRARY_LIBS) $(CMOCKA_LIBS)
LIBRARY_CFLAGS += $(CMOCKA_CFLAGS)

EXTRA_DIST += \
	$(script_tests) \
	tests/README.md \
	tests/calls \
	tests/check \
	tests/cli \
	tests/cocci \
	tests/facts \
	tests/graph \
	tests/harness \
	tests/kernel.h \
	tests/lint/tap.py \
	tests/lint/words.txt \
	tests/linux \
	tests/report \
	tests/peer \
	tests/rules \
	tests/run \
	$(NULL)

# A fixture to fill in: make fixture NAME=deadlock/cycle/three_locks
fixture:
	$(PYTHON) $(top_srcdir)/tests/run new '$(NAME)'

# All C sources in the project's style.
format:
	cd $(top_srcdir) && clang-format-19 -i src/*.c src/*/*.[ch] tests/unit/*.c

clean-local: clean-tests
clean-tests:
	rm -rf tests/cache

.PHONY: fixture format clean-tests
