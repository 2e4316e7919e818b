# The sources, in pipeline order (src/README.md). A folder's block lists what is in the folder,
# headers too, one a line, sorted.
#
# Everything but main.c is in a library, which the unit tests link.

bin_PROGRAMS = lockgraph
lockgraph_SOURCES = src/main.c
lockgraph_LDADD = src/liblockgraph.a $(LIBRARY_LIBS)
lockgraph_DEPENDENCIES = src/liblockgraph.a

noinst_LIBRARIES = src/liblockgraph.a
src_liblockgraph_a_SOURCES = \
	$(base_sources) \
	$(source_sources) \
	$(extract_sources) \
	$(facts_sources) \
	$(rules_sources) \
	$(program_sources) \
	$(flow_sources) \
	$(summary_sources) \
	$(graph_sources) \
	$(check_sources) \
	$(report_sources) \
	$(bridge_sources) \
	$(cmd_sources) \
	$(NULL)

base_sources = \
	src/base/arena.c \
	src/base/arena.h \
	src/base/child.c \
	src/base/child.h \
	src/base/console.c \
	src/base/console.h \
	src/base/datadir.c \
	src/base/datadir.h \
	src/base/file.c \
	src/base/file.h \
	src/base/idset.c \
	src/base/idset.h \
	src/base/intern.c \
	src/base/intern.h \
	src/base/json.c \
	src/base/json.h \
	src/base/scc.c \
	src/base/scc.h \
	$(NULL)

source_sources = \
	src/source/arch.c \
	src/source/check_flags.c \
	src/source/cmdfile.c \
	src/source/compdb.c \
	src/source/compile.c \
	src/source/flags.c \
	src/source/guess.c \
	src/source/headers.c \
	src/source/includers.c \
	src/source/kbuild.c \
	src/source/move.c \
	src/source/objtree.c \
	src/source/objtree_made.c \
	src/source/path.c \
	src/source/run.c \
	src/source/scan.c \
	src/source/source.h \
	src/source/source_p.h \
	src/source/tools.c \
	src/source/tree.c \
	src/source/unit_cache.c \
	src/source/units.c \
	src/source/words.c \
	src/source/words_build.c \
	src/source/words_p.h \
	$(NULL)

# What decides how facts come out is apart in this folder and the next: see EXTRACT_ID.
lowering_sources = \
	src/extract/argv.c \
	src/extract/asm.c \
	src/extract/base.c \
	src/extract/block.c \
	src/extract/call.c \
	src/extract/cfg.c \
	src/extract/cleanup.c \
	src/extract/cond.c \
	src/extract/cursor.c \
	src/extract/decl.c \
	src/extract/expr.c \
	src/extract/extract_p.h \
	src/extract/fold.c \
	src/extract/init.c \
	src/extract/jump.c \
	src/extract/key.c \
	src/extract/loop.c \
	src/extract/lower.c \
	src/extract/lower_p.h \
	src/extract/lowering_p.h \
	src/extract/parse.c \
	src/extract/path.c \
	src/extract/pch.c \
	src/extract/pch_names.c \
	src/extract/record.c \
	src/extract/switch.c \
	$(NULL)
extract_sources = \
	$(lowering_sources) \
	src/extract/absent.c \
	src/extract/extract.c \
	src/extract/extract.h \
	src/extract/jobserver.c \
	src/extract/pool.c \
	src/extract/worker.c \
	src/extract/worker_p.h \
	$(NULL)

facts_file_sources = \
	src/facts/builder_p.h \
	src/facts/check.c \
	src/facts/cons.c \
	src/facts/exprs.c \
	src/facts/facts.h \
	src/facts/format_p.h \
	src/facts/function.c \
	src/facts/kinds.def \
	src/facts/read.c \
	src/facts/write.c \
	$(NULL)
facts_sources = \
	$(facts_file_sources) \
	src/facts/cache.c \
	src/facts/cache_p.h \
	src/facts/dump.c \
	src/facts/trim.c \
	$(NULL)

rules_sources = \
	src/rules/attribute.c \
	src/rules/context.c \
	src/rules/entry.c \
	src/rules/grace_periods.def \
	src/rules/load.c \
	src/rules/load_p.h \
	src/rules/lock_kinds.def \
	src/rules/names.c \
	src/rules/places.c \
	src/rules/primitive.c \
	src/rules/rcu.c \
	src/rules/function.c \
	src/rules/role.c \
	src/rules/roles.def \
	src/rules/rules.c \
	src/rules/rules.h \
	src/rules/situations.def \
	src/rules/sleep.c \
	$(NULL)

program_sources = \
	src/program/absent.c \
	src/program/annotated.c \
	src/program/asked.h \
	src/program/attributes.c \
	src/program/callbacks.c \
	src/program/callers.c \
	src/program/callgraph.c \
	src/program/closure.c \
	src/program/closure.h \
	src/program/fnptr.c \
	src/program/fnptr_p.h \
	src/program/guards.c \
	src/program/link.c \
	src/program/link_p.h \
	src/program/lock_class.c \
	src/program/lock_key.c \
	src/program/lock_kind.c \
	src/program/lock_name.c \
	src/program/lock_parts.c \
	src/program/lock_pointer.c \
	src/program/members.c \
	src/program/operation_tables.c \
	src/program/portable.c \
	src/program/portable.h \
	src/program/print.c \
	src/program/program.h \
	src/program/pts_answer.c \
	src/program/pts_collect.c \
	src/program/pts_nodes.c \
	src/program/pts_p.h \
	src/program/pts_sets.c \
	src/program/pts_solve.c \
	src/program/pts_types.c \
	src/program/pts_value.c \
	src/program/rcu_pointer.c \
	src/program/site.c \
	src/program/table_rows.c \
	src/program/terms.c \
	src/program/worlds.c \
	$(NULL)

flow_sources = \
	src/flow/acquire_context.c \
	src/flow/bound.c \
	src/flow/branch.c \
	src/flow/call.c \
	src/flow/eval.c \
	src/flow/event.c \
	src/flow/exec.c \
	src/flow/exec.h \
	src/flow/exec_state.c \
	src/flow/flow.c \
	src/flow/flow.h \
	src/flow/flow_p.h \
	src/flow/handed.c \
	src/flow/irqs.c \
	src/flow/lifetime.c \
	src/flow/live.c \
	src/flow/lock.c \
	src/flow/loop.c \
	src/flow/merge.c \
	src/flow/outcome.c \
	src/flow/pack.c \
	src/flow/pack.h \
	src/flow/pack_p.h \
	src/flow/pack_result.c \
	src/flow/primitive.c \
	src/flow/problem.c \
	src/flow/problem_doubt.c \
	src/flow/srcu_index.c \
	src/flow/state.c \
	src/flow/transfer.c \
	src/flow/ways.c \
	src/flow/writes.c \
	$(NULL)

summary_sources = \
	src/summary/calls.c \
	src/summary/chain.c \
	src/summary/component.c \
	src/summary/context.c \
	src/summary/context.h \
	src/summary/context_p.h \
	src/summary/embedding.c \
	src/summary/entries.c \
	src/summary/entry_flags.c \
	src/summary/entry_object.c \
	src/summary/entry_p.h \
	src/summary/flags.c \
	src/summary/given_up.c \
	src/summary/kept.c \
	src/summary/kept.h \
	src/summary/invoked.c \
	src/summary/known.c \
	src/summary/own_operations.c \
	src/summary/passed.c \
	src/summary/may_sleep.c \
	src/summary/reach.c \
	src/summary/requirement.c \
	src/summary/sleep.c \
	src/summary/summary.c \
	src/summary/summary.h \
	src/summary/summary_p.h \
	$(NULL)

graph_sources = \
	src/graph/build.c \
	src/graph/carried.c \
	src/graph/cycles.c \
	src/graph/found.c \
	src/graph/graph.h \
	src/graph/graph_p.h \
	src/graph/held.c \
	src/graph/nearer.c \
	src/graph/path.c \
	src/graph/strong.c \
	src/graph/strong_p.h \
	src/graph/witness.c \
	$(NULL)

check_sources = \
	src/check/account.c \
	src/check/chain.c \
	src/check/chain_p.h \
	src/check/check.h \
	src/check/check_p.h \
	src/check/deadlock_cycle.c \
	src/check/deadlock_ancestor.c \
	src/check/deadlock_event.c \
	src/check/deadlock_irq.c \
	src/check/deadlock_order.c \
	src/check/deadlock_self.c \
	src/check/deadlock_wait.c \
	src/check/deadlock_wait_p.h \
	src/check/doubt.c \
	src/check/finding.c \
	src/check/lock_context.c \
	src/check/irq_usage.c \
	src/check/irq_usage_p.h \
	src/check/lock_entry.c \
	src/check/lock_guarded.c \
	src/check/lock_imbalance.c \
	src/check/lock_misuse.c \
	src/check/lock_not_held.c \
	src/check/gp_wait_p.h \
	src/check/loop_elements.c \
	src/check/modes.c \
	src/check/points.c \
	src/check/rcu_access.c \
	src/check/rcu_barrier.c \
	src/check/rcu_barrier_p.h \
	src/check/rcu_cache.c \
	src/check/rcu_flavor.c \
	src/check/rcu_free.c \
	src/check/rcu_known.c \
	src/check/rcu_leak.c \
	src/check/rcu_leak_flow.c \
	src/check/rcu_leak_p.h \
	src/check/rcu_gp_wait.c \
	src/check/rcu_list.c \
	src/check/rcu_p.h \
	src/check/rcu_own.c \
	src/check/rcu_plain_walk.c \
	src/check/rcu_reader.c \
	src/check/rcu_sites.c \
	src/check/rcu_tear.c \
	src/check/rcu_unasked.c \
	src/check/rcu_update.c \
	src/check/rcu_usage.c \
	src/check/rcu_walk.c \
	src/check/rcu_wanted.c \
	src/check/rcu_way.c \
	src/check/rcu_way_p.h \
	src/check/rcu_when.c \
	src/check/seqcount.c \
	src/check/semaphore.c \
	src/check/sleep_atomic.c \
	src/check/sleep_chain.c \
	src/check/sleep_doubt.c \
	src/check/sleep_irq.c \
	src/check/sleep_open.c \
	src/check/sleep_p.h \
	src/check/needs.def \
	src/check/rules.def \
	src/check/srcu.c \
	src/check/srcu_barrier.c \
	src/check/srcu_p.h \
	src/check/srcu_sites.c \
	src/check/table.c \
	$(NULL)

report_sources = \
	src/report/baseline.c \
	src/report/collect.c \
	src/report/dot.c \
	src/report/graph_json.c \
	src/report/graph_text.c \
	src/report/html.c \
	src/report/json.c \
	src/report/junit.c \
	src/report/lines.c \
	src/report/markdown.c \
	src/report/output.c \
	src/report/read.c \
	src/report/reason.c \
	src/report/same_cause.c \
	src/report/report.h \
	src/report/report_p.h \
	src/report/sarif.c \
	src/report/suppress.c \
	src/report/table.c \
	src/report/text.c \
	$(NULL)

bridge_sources = \
	src/bridge/cocci.c \
	src/bridge/cocci.h \
	src/bridge/cocci_p.h \
	src/bridge/cocci_patch.c \
	src/bridge/cocci_report.c \
	src/bridge/git.c \
	src/bridge/git.h \
	src/bridge/git_p.h \
	src/bridge/git_patch.c \
	src/bridge/sparse.c \
	src/bridge/sparse.h \
	src/bridge/sparse_report.c \
	src/bridge/tool.c \
	src/bridge/tool_p.h \
	src/bridge/view.c \
	$(NULL)

cmd_sources = \
	src/cmd/affected.c \
	src/cmd/analysis.c \
	src/cmd/analysis_p.h \
	src/cmd/beside.c \
	src/cmd/build_files.c \
	src/cmd/cache.c \
	src/cmd/checks_apart.c \
	src/cmd/closure.c \
	src/cmd/cmd.h \
	src/cmd/compare.c \
	src/cmd/compiled_as.c \
	src/cmd/completion.c \
	src/cmd/debug.c \
	src/cmd/diff.c \
	src/cmd/explain.c \
	src/cmd/graph.c \
	src/cmd/help.c \
	src/cmd/help_p.h \
	src/cmd/kbuild.c \
	src/cmd/options.c \
	src/cmd/order.c \
	src/cmd/outputs.c \
	src/cmd/outputs_p.h \
	src/cmd/outside.c \
	src/cmd/picture.c \
	src/cmd/picture_p.h \
	src/cmd/query.c \
	src/cmd/results.c \
	src/cmd/query_context.c \
	src/cmd/renamed.c \
	src/cmd/query_p.h \
	src/cmd/rules.c \
	src/cmd/run.c \
	src/cmd/stages.c \
	src/cmd/table.c \
	src/cmd/with_cocci.c \
	src/cmd/with_sparse.c \
	$(NULL)

EXTRA_DIST += src/README.md

# What the code that makes facts is, in a number: facts in the cache that other code made are not
# those that this code would make.
BUILT_SOURCES = src/extract/id.h src/cmd/id.h
CLEANFILES += src/extract/id.h src/cmd/id.h
nodist_src_liblockgraph_a_SOURCES = src/extract/id.h src/cmd/id.h

src/extract/key.$(OBJEXT): src/extract/id.h
src/extract/id.h: $(lowering_sources) $(facts_file_sources)
	$(AM_V_GEN)$(MKDIR_P) src/extract && \
	(cd $(srcdir) && cat $(lowering_sources) $(facts_file_sources)) | cksum | \
	sed 's/^\([0-9]*\).*/#define EXTRACT_ID \1u/' >$@

# What all code is, for findings that are kept from run to run.
src/cmd/results.$(OBJEXT): src/cmd/id.h
src/cmd/id.h: $(src_liblockgraph_a_SOURCES)
	$(AM_V_GEN)$(MKDIR_P) src/cmd && \
	(cd $(srcdir) && cat $(src_liblockgraph_a_SOURCES)) | cksum | \
	sed 's/^\([0-9]*\).*/#define BUILD_ID \1u/' >$@
