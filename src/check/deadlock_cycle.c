/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_cycle.c - classes that are taken in a circle
 *
 *   CPU0                    CPU1
 *   lock(&kvm->lock)        lock(&vcpu->mutex)
 *   lock(&vcpu->mutex)      lock(&kvm->lock)
 *
 * or longer, over several tasks. A circle is as sure as its least sure dependency, and that one
 * is as sure as the least sure call on its chain; so a circle that closes only if two different
 * implementations of one operations table meet is never certain.
 *
 * Not a finding: a circle around all of whose dependencies one lock is held exclusively (--gated
 * shows those); recursive readers; trylocks, which never wait. Circles of one class are
 * deadlock_self.c's, those through something that is waited for deadlock_wait.c's.
 *
 * Limits: a class stands for all its objects, so an order among objects (parent before child,
 * by address) that is not written as a subclass or nest_lock looks like a circle. Where the code
 * itself tells lockdep of several kinds of such objects, the circle may go round over two kinds,
 * and is less sure.
 */
#include "check/deadlock_wait_p.h"

static const char *cycle_message(const struct check_input *in, const struct cycle *cycle)
{
	const struct dependency *dependencies = in->graph->dependencies;
	g_autoptr(GString) text = g_string_new(NULL);
	const char *first = class_label(in, dependencies[cycle->dependencies[0]].from);

	if (cycle->n == 2)
		return arena_printf(in->arena, "%s and %s are taken in both orders", first,
				    class_label(in, dependencies[cycle->dependencies[0]].to));
	g_string_append_printf(text, "%s", first);
	for (size_t i = 1; i < cycle->n; i++)
		g_string_append_printf(text, ", %s",
				       class_label(in, dependencies[cycle->dependencies[i]].from));
	return arena_printf(in->arena,
			    "%s are taken in a circle: each is held while the next is taken, "
			    "the last while %s is",
			    text->str, first);
}

static void fill_paths(const struct check_input *in, const struct cycle *cycle, struct finding *f)
{
	struct finding_lock *locks = arena_new_array(in->arena, struct finding_lock, cycle->n);
	struct finding_path *paths = arena_new_array(in->arena, struct finding_path, cycle->n);

	for (size_t i = 0; i < cycle->n; i++) {
		const struct dependency *d = &in->graph->dependencies[cycle->dependencies[i]];

		locks[i] = finding_lock_of(in->graph, d->from);
		paths[i] = finding_path_of(in, d->from, d->to, d->witness);
	}
	f->locks = locks;
	f->n_locks = cycle->n;
	f->paths = paths;
	f->n_paths = cycle->n;
}

static bool is_of_several_kinds(const struct check_input *in, const struct cycle *cycle)
{
	for (size_t i = 0; i < cycle->n; i++) {
		const struct dependency *d = &in->graph->dependencies[cycle->dependencies[i]];

		if (class_is_of_several_kinds(in, &in->graph->classes[d->from]))
			return true;
	}
	return false;
}

static int confidence_of(const struct check_input *in, const struct cycle *cycle)
{
	if (cycle->gated)
		return CONFIDENCE_LOW;
	return is_of_several_kinds(in, cycle) ? MIN((int)cycle->confidence, CONFIDENCE_MEDIUM)
					      : (int)cycle->confidence;
}

static void report_cycle(const struct check_input *in, const struct cycle *cycle)
{
	int confidence = confidence_of(in, cycle);
	struct finding *f = finding_new(in, RULE_DEADLOCK_CYCLE, confidence);

	fill_paths(in, cycle, f);
	f->message = cycle_message(in, cycle);
	if (cycle->gated)
		f->message = arena_printf(in->arena, "%s, but always under %s", f->message,
					  class_label(in, cycle->gate));
	if (!finding_locate(in, f))
		return;
	finding_title(in, f);
	finding_weigh(in, f);
	finding_emit(in, f);
}

static void run(const struct check_input *in)
{
	g_autoptr(GArray) cycles = graph_cycles(in->graph, in->options->max_cycle,
						(enum confidence)in->options->least, in->arena,
						in->circles_cut);
	g_autoptr(GHashTable) waits = deadlock_wait_classes(in);

	for (guint i = 0; i < cycles->len; i++) {
		const struct cycle *cycle = &g_array_index(cycles, struct cycle, i);

		if (cycle->n > 1 && (!cycle->gated || in->options->gated) &&
		    !deadlock_wait_report(in, waits, cycle))
			report_cycle(in, cycle);
	}
}

const struct check check_deadlock_cycle = { .name = "deadlock_cycle",
					    .group = CHECKS_OF_GRAPH,
					    .run = run };
