# The pages and the completion. What stands between the marks in lockgraph.1 and lockgraph-report.5,
# and all of the completion, comes from the tables in src/: "make man" renews it, a test compares.
dist_man_MANS = \
	man/lockgraph.1 \
	man/lockgraph-ci.7 \
	man/lockgraph-report.5 \
	man/lockgraph-rules.5 \
	$(NULL)

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = man/lockgraph

zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = man/_lockgraph

# What help says in the form $(1) goes between the marks of the page $(2).
renew_page = ./lockgraph help --format=$(1) >man-sections && \
	$(AWK) '/^\.\\" from lockgraph help/ { print; while ((getline line < "man-sections") > 0) print line; skip = 1 } \
		/^\.\\" end/ { skip = 0 } \
		!skip { print }' $(srcdir)/man/$(2) >man-page && \
	mv man-page $(srcdir)/man/$(2)

man: lockgraph
	./lockgraph help --format=bash >$(srcdir)/man/lockgraph
	./lockgraph help --format=zsh >$(srcdir)/man/_lockgraph
	$(call renew_page,man,lockgraph.1)
	$(call renew_page,findings,lockgraph-report.5)
	rm -f man-sections

.PHONY: man
