# The files that lockgraph reads at run time. Whole folders, so that a new one needs no line here.
DATA_FOLDERS = \
	cocci:cocci \
	docs/rules:pages \
	rules:rules \
	src/extract/include:include \
	$(NULL)
DATA_PATTERNS = -name '*.json' -o -name '*.md' -o -name '*.h' -o -name '*.cocci'

dist_pkgdata_DATA = \
	src/report/graph.html \
	src/source/kbuild.mk \
	$(NULL)
EXTRA_DIST += cocci docs/rules rules src/extract/include

install-data-local:
	@for pair in $(DATA_FOLDERS); do \
		from=$(srcdir)/$${pair%%:*}; to=$(DESTDIR)$(pkgdatadir)/$${pair##*:}; \
		(cd $$from && find . -type f \( $(DATA_PATTERNS) \) -print) | \
		while read -r file; do \
			$(MKDIR_P) "$$to/$$(dirname "$$file")" && \
			$(INSTALL_DATA) "$$from/$$file" "$$to/$$file" || exit 1; \
		done || exit 1; \
	done

uninstall-local:
	@for pair in $(DATA_FOLDERS); do rm -rf "$(DESTDIR)$(pkgdatadir)/$${pair##*:}"; done

# The same folder for an uninstalled build, as links: LOCKGRAPH_DATADIR=<build folder>/datadir.
all-local: datadir/kbuild.mk

datadir/kbuild.mk: Makefile
	@$(MKDIR_P) datadir
	@for pair in $(DATA_FOLDERS) src/source/kbuild.mk:kbuild.mk \
		src/report/graph.html:graph.html; do \
		to=datadir/$${pair##*:}; rm -f $$to; \
		$(LN_S) $(abs_top_srcdir)/$${pair%%:*} $$to || exit 1; \
	done

clean-local:
	rm -rf datadir
