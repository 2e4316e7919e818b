# The pages and the shell completion. What stands between the marks in lockgraph.1, and all of
# lockgraph.bash, comes from the tables in src/cmd: "make man" renews both, a test compares them.
dist_man_MANS = \
	man/lockgraph.1 \
	man/lockgraph-ci.7 \
	man/lockgraph-rules-files.5 \
	$(NULL)

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = man/lockgraph

man: lockgraph
	./lockgraph help --format=bash >$(srcdir)/man/lockgraph
	./lockgraph help --format=man >man-sections
	$(AWK) '/^\.\\" from lockgraph help/ { print; while ((getline line < "man-sections") > 0) print line; skip = 1 } \
		/^\.\\" end/ { skip = 0 } \
		!skip { print }' $(srcdir)/man/lockgraph.1 >man-page
	mv man-page $(srcdir)/man/lockgraph.1
	rm -f man-sections

.PHONY: man
