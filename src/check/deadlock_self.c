/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_self.c - a lock that is taken while it is held, and two objects of one class
 *
 *   CPU0                         CPU0              CPU1
 *   lock(&phydev->lock)          lock(&a->lock)    lock(&b->lock)
 *   lock(&phydev->lock)          lock(&b->lock)    lock(&a->lock)
 *
 * The left one is known when both names mean one object. The right one is what lockdep warns of
 * whenever two locks of a class meet without a subclass. A class here may be many of lockdep's
 * (one per file system type, say), and code often takes a parent before its child, so two
 * objects are a finding only where every call on the way is certain, and a warning at most.
 *
 * Not a finding: recursive readers, subclasses, nest_lock, two globals, trylocks, locks that
 * count (semaphores). A reader within a reader of a fair lock deadlocks only if a writer comes
 * to wait in between, and is less sure for that.
 */
#include "check/check_p.h"

static void fill_path(const struct check_input *in, uint32_t class, uint32_t witness,
		      struct finding *f)
{
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	struct finding_lock *lock = arena_new_struct(in->arena, struct finding_lock);

	*lock = finding_lock_of(in->graph, class);
	*path = finding_path_of(in, class, class, witness);
	f->locks = lock;
	f->n_locks = 1;
	f->paths = path;
	f->n_paths = 1;
}

static void emit_located(const struct check_input *in, struct finding *f)
{
	if (!finding_locate_holder(in, f))
		return;
	finding_title(in, f);
	finding_weigh(in, f);
	finding_emit(in, f);
}

/* Through a pointer it may be another object's; under a condition, code that knows better. */
static bool is_certain(const struct finding_path *path)
{
	for (size_t i = 0; i < path->n; i++)
		if (g_str_equal(path->steps[i].event, "indirect"))
			return false;
	return !path->open;
}

static bool is_same_place(const struct finding_step *x, const struct finding_step *y)
{
	return x->line == y->line && x->column == y->column && g_str_equal(x->file, y->file);
}

/* Whether the function comes to itself again: what it has done before mostly keeps it from that. */
static bool comes_again(const struct finding_path *path)
{
	const struct finding_step *last = path->n ? &path->steps[path->n - 1] : NULL;

	for (size_t i = 0; last && i + 1 < path->n; i++)
		if (is_same_place(&path->steps[i], last) &&
		    g_str_equal(path->steps[i].event, "acquire"))
			return true;
	return false;
}

/*
 * "while (cleanup(exec))" with a lock that cleanup() takes, or not: it is one call, whose callee
 * knows in the second turn what it did in the first one.
 */
static bool is_called_in_turns(const struct finding_path *path)
{
	const struct finding_step *first = path->n ? path->steps : NULL;

	if (!path->perhaps || !first)
		return false;
	for (size_t i = 1; i < path->n; i++)
		if (is_same_place(&path->steps[i], first))
			return true;
	return false;
}

static void report_recursion(const struct check_input *in, const struct recursion *r)
{
	bool readers = r->held_mode != MODE_WRITE && r->taken_mode != MODE_WRITE;
	struct finding_path path = finding_path_of(in, r->lock, r->lock, r->witness);
	int most = readers || !is_certain(&path) || comes_again(&path) ? CONFIDENCE_MEDIUM
								       : CONFIDENCE_HIGH;
	struct finding *f = finding_new(in, RULE_DEADLOCK_SELF, MIN((int)r->confidence, most));

	fill_path(in, r->lock, r->witness, f);
	f->message = arena_printf(
		in->arena,
		readers ? "%s is taken for reading twice; a writer that comes to wait in between "
			  "blocks both"
			: "%s is taken while the same task holds it",
		class_label(in, r->lock));
	if (in->graph->classes[r->lock].kind == LOCK_WW_MUTEX && f->severity == SEVERITY_WARNING)
		finding_note(
			in, f,
			"who has it in an acquire context is told so, and whether there is one "
			"is not known on the way");
	if (is_called_in_turns(&path) && f->severity == SEVERITY_WARNING)
		finding_note(in, f,
			     "it is the same call twice, and what it did the first time mostly "
			     "keeps it from doing it again");
	emit_located(in, f);
}

static void report_two_objects(const struct check_input *in, const struct dependency *d)
{
	struct finding *f = finding_new(in, RULE_DEADLOCK_SELF, CONFIDENCE_MEDIUM);

	fill_path(in, d->from, d->witness, f);
	f->message = arena_printf(
		in->arena,
		"%s of one object is taken while that of another, or of the same, is held",
		class_label(in, d->from));
	f->help = "if the two are never the same object, take them in a fixed order and give the "
		  "inner one a nested subclass; else release the first";
	if (class_is_of_several_kinds(in, &in->graph->classes[d->from]) ||
	    program_is_subclassed(in->program, in->graph->classes[d->from].class_string))
		finding_note(in, f, "lockdep has several classes of it, which the two may be of");
	emit_located(in, f);
}

static bool is_surprising(const struct graph *graph, const struct cycle *cycle)
{
	const struct dependency *d = &graph->dependencies[cycle->dependencies[0]];

	return cycle->n == 1 && !cycle->gated && d->confidence == CONFIDENCE_HIGH &&
	       !d->same_instance_impossible && graph->classes[d->from].kind != LOCK_SEMAPHORE &&
	       graph->classes[d->from].kind != LOCK_PSEUDO;
}

/* One object is worse news than two of a class. */
static bool is_recursion(const struct graph *graph, uint32_t class)
{
	for (size_t i = 0; i < graph->n_recursions; i++)
		if (graph->recursions[i].lock == class && graph->recursions[i].in_scope)
			return true;
	return false;
}

/* Those of one kind; of @others one for each lock of which nothing was told, notes it in @told. */
static void report_recursions(const struct check_input *in, GHashTable *told, bool others)
{
	for (size_t i = 0; i < in->graph->n_recursions; i++) {
		const struct recursion *r = &in->graph->recursions[i];
		gpointer lock = GUINT_TO_POINTER(r->lock + 1);
		guint before = in->findings->len;

		if (r->is_other != others || (int)r->confidence < in->options->least ||
		    (others && g_hash_table_contains(told, lock)))
			continue;
		report_recursion(in, r);
		if (in->findings->len > before)
			g_hash_table_add(told, lock);
	}
}

static void run(const struct check_input *in)
{
	g_autoptr(GArray)
		circles = graph_cycles(in->graph, 1, CONFIDENCE_HIGH, in->arena, in->circles_cut);
	g_autoptr(GHashTable) told = g_hash_table_new(NULL, NULL);

	report_recursions(in, told, false);
	report_recursions(in, told, true);
	for (guint i = 0; i < circles->len; i++) {
		const struct cycle *circle = &g_array_index(circles, struct cycle, i);

		if (is_surprising(in->graph, circle) &&
		    !is_recursion(in->graph, in->graph->dependencies[circle->dependencies[0]].from))
			report_two_objects(in, &in->graph->dependencies[circle->dependencies[0]]);
	}
}

const struct check check_deadlock_self = { .name = "deadlock_self",
					   .group = CHECKS_OF_GRAPH,
					   .run = run };
