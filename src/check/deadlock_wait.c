/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_wait.c - waiting for something with a lock held that it needs in order to end
 *
 *   CPU0                         CPU1
 *   mutex_lock(&d->mutex)        d_work():
 *   cancel_work_sync(&d->work)     mutex_lock(&d->mutex), waits for CPU0
 *     waits for CPU1
 *
 * A work item, a timer, a tasklet is a class, as lockdep has it: what its function takes is taken
 * inside it, and who waits for it takes it. So is a file in sysfs: who removes it waits for its
 * methods to end. So these are circles of the lock graph, told in words of their own.
 *
 * Not a finding: where the function only tries to take the lock.
 *
 * Limits: a class stands for all its objects. Where neither the lock nor what is waited for is one
 * object, and they are no members of one structure, it may be another object's: less sure.
 */
#include "check/deadlock_wait_p.h"

#include <string.h>

/* Files in sysfs are told from work items and the like by their value in the table. */
enum { WAIT_CALLBACK = 1, WAIT_FILE };

GHashTable *deadlock_wait_classes(const struct check_input *in)
{
	GHashTable *waits = g_hash_table_new(NULL, NULL);

	for (size_t i = 0; i < in->program->n_callbacks; i++) {
		const struct callback *callback = &in->program->callbacks[i];
		int what = callback->if_waited ? WAIT_FILE : WAIT_CALLBACK;

		if (!callback->is_annotated && callback->kind == LOCK_PSEUDO)
			g_hash_table_insert(waits, GUINT_TO_POINTER(callback->class_string + 1),
					    GINT_TO_POINTER(what));
	}
	return waits;
}

/* The dependency of the circle that is a wait, or cycle->n. */
static size_t find_wait(const struct check_input *in, GHashTable *waits, const struct cycle *cycle)
{
	for (size_t i = 0; i < cycle->n; i++) {
		const struct dependency *d = &in->graph->dependencies[cycle->dependencies[i]];
		uint32_t class = in->graph->classes[d->to].class_string;

		if (g_hash_table_contains(waits, GUINT_TO_POINTER(class + 1)))
			return i;
	}
	return cycle->n;
}

/* "struct port" of "struct port.lock"; NULL for a global. */
static char *record_of(const struct graph *graph, uint32_t class)
{
	const char *name = graph->classes[class].class_name;
	const char *dot = strchr(name, '.');

	name += *name == '*';
	return g_str_has_prefix(name, "struct ") && dot ? g_strndup(name, (gsize)(dot - name))
							: NULL;
}

static bool are_of_one_object(const struct graph *graph, uint32_t x, uint32_t y)
{
	g_autofree char *x_record = record_of(graph, x);
	g_autofree char *y_record = record_of(graph, y);

	return !x_record || !y_record || g_str_equal(x_record, y_record);
}

/* A device's class has the files of all such devices: over a third lock that is a guess. */
static bool is_guess(const struct check_input *in, GHashTable *waits, const struct cycle *cycle,
		     size_t wait)
{
	uint32_t to = in->graph->dependencies[cycle->dependencies[wait]].to;
	uint32_t class_string = in->graph->classes[to].class_string;

	return cycle->n > 2 && g_hash_table_lookup(waits, GUINT_TO_POINTER(class_string + 1)) ==
				       GINT_TO_POINTER(WAIT_FILE);
}

static int confidence_of(const struct check_input *in, GHashTable *waits, const struct cycle *cycle,
			 size_t wait)
{
	const struct dependency *in_wait = &in->graph->dependencies[cycle->dependencies[wait]];
	int confidence = cycle->gated ? CONFIDENCE_LOW : (int)cycle->confidence;

	if (is_guess(in, waits, cycle, wait))
		return CONFIDENCE_LOW;
	if (!are_of_one_object(in->graph, in_wait->from, in_wait->to))
		return MIN(confidence, CONFIDENCE_MEDIUM);
	return confidence;
}

/*
 * An interrupt's number and a thread's pointer are often kept in a structure that many drivers
 * have: only what one of them does itself says anything.
 */
static bool is_another_driver(const struct finding *f, const char *waited)
{
	const struct finding_path *wait = &f->paths[0], *run = &f->paths[1];
	g_autofree char *waiter = NULL, *callback = NULL;

	if (*waited != '*' || !wait->n || !run->n)
		return false;
	waiter = g_path_get_dirname(wait->steps[wait->n - 1].file);
	callback = g_path_get_dirname(run->steps[0].file);
	return !g_str_equal(waiter, callback);
}

/* Longer chains of calls were never seen to be true as a whole. */
#define MOST_STEPS 12

static bool is_far(const struct finding *f)
{
	for (size_t i = 0; i < f->n_paths; i++)
		if (f->paths[i].n > MOST_STEPS)
			return true;
	return false;
}

/* "flush_work" of a step that says "flush_work() waits for &d->work". */
static const char *waiter_of(const struct check_input *in, const struct finding_path *path)
{
	const char *what = path->n ? path->steps[path->n - 1].what : "";
	const char *end = strstr(what, "() waits for ");

	return end ? arena_printf(in->arena, "%.*s()", (int)(end - what), what) : "what is called";
}

/* A file's method, a work item: what is held is that it runs. */
static bool is_running(const struct finding_path *path)
{
	return path->n && g_str_equal(path->steps[0].event, "entry");
}

static bool ends_in_wait(const struct finding_path *path)
{
	return path->n && strstr(path->steps[path->n - 1].what, "() waits for ");
}

static const char *message_of(const struct check_input *in, const struct finding *f)
{
	const struct finding_path *wait = &f->paths[0], *run = &f->paths[1];
	const char *waiter = waiter_of(in, wait);
	const char *callback = run->n ? run->steps[0].function : "";

	if (f->n_paths == 2 && is_running(wait) && ends_in_wait(run))
		return arena_printf(in->arena,
				    "%s() waits in %s for %s(), which waits in %s for %s() to end",
				    wait->steps[0].function, waiter, callback, waiter_of(in, run),
				    wait->steps[0].function);
	if (f->n_paths == 2)
		return arena_printf(in->arena,
				    "%s waits for %s(), which takes %s, while that is held", waiter,
				    callback, wait->holds_label);
	return arena_printf(in->arena,
			    "%s waits for %s() while %s is held, and so in the end for itself: "
			    "%s() takes %s",
			    waiter, callback, wait->holds_label, callback, run->acquires_label);
}

/* The wait first, then what the callback does, then what else is on the way around. */
static void fill(const struct check_input *in, const struct cycle *cycle, size_t wait,
		 struct finding *f)
{
	struct finding_lock *locks = arena_new_array(in->arena, struct finding_lock, cycle->n);
	struct finding_path *paths = arena_new_array(in->arena, struct finding_path, cycle->n);

	for (size_t i = 0; i < cycle->n; i++) {
		const struct dependency *d =
			&in->graph->dependencies[cycle->dependencies[(wait + i) % cycle->n]];

		locks[i] = finding_lock_of(in->graph, d->from);
		paths[i] = finding_path_of(in, d->from, d->to, d->witness);
	}
	f->locks = locks;
	f->n_locks = cycle->n;
	f->paths = paths;
	f->n_paths = cycle->n;
}

bool deadlock_wait_report(const struct check_input *in, GHashTable *waits,
			  const struct cycle *cycle)
{
	size_t wait = find_wait(in, waits, cycle);
	struct finding *f;

	if (wait == cycle->n)
		return false;
	f = finding_new(in, RULE_DEADLOCK_WAIT, confidence_of(in, waits, cycle, wait));
	fill(in, cycle, wait, f);
	if (is_another_driver(f, f->paths[0].acquires) || is_far(f)) {
		f->confidence = CONFIDENCE_LOW;
		f->severity = SEVERITY_NOTE;
	}
	f->message = message_of(in, f);
	if (!finding_locate_holder(in, f))
		return true;
	finding_title(in, f);
	finding_weigh(in, f);
	finding_emit(in, f);
	return true;
}
