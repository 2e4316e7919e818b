/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_irq.c - locks that interrupts take, and that are held while interrupts are on
 *
 *   CPU0                         CPU0              CPU1
 *   lock(A), interrupts on       lock(B), on       lock(A), interrupts off
 *   <interrupt>                  <interrupt>       lock(B), waits for CPU0
 *     lock(A)                      lock(A), waits for CPU1
 *
 * The left one is lockdep's "inconsistent lock state", the right one its "safe -> unsafe lock
 * order", over more locks an "irq lock inversion". Hardirqs interrupt all but what has them off,
 * softirqs and RCU callbacks interrupt tasks that have them on. (kernel/locking/lockdep.c:
 * mark_lock_irq(), check_irq_usage(); Documentation/locking/lockdep-design.rst)
 *
 * Not a finding: readers of an rwlock_t on both sides, as they recurse in interrupts; a trylock in
 * the interrupt; what __init code does before anything can interrupt it; locks that sleep; the
 * two situations that one and the same registration may bring; long ways through other code.
 * Two objects of one class are taken for one, as lockdep does. Of an inversion a part of which is
 * one by itself only that part is a warning.
 */
#include "check/irq_usage_p.h"

#include <string.h>

/*
 * An inversion over more than two dependencies was never seen to be true as a whole where calls are
 * a part of it.
 */
#define MOST_DEPENDENCIES 4
#define MOST_FAR 2

static const char *const names[IRQ_KINDS] = {
	[IRQ_HARD] = "a hardirq", [IRQ_SOFT] = "a softirq", [IRQ_RCU] = "an RCU callback"
};

static const char *const enabled_names[IRQ_KINDS] = {
	[IRQ_HARD] = "with interrupts on",
	[IRQ_SOFT] = "with softirqs on",
	[IRQ_RCU] = "with softirqs on",
};

static const char *in_text(const struct check_input *in, enum irq_kind kind)
{
	return arena_printf(in->arena, "in %s", names[kind]);
}

static enum rule_id rule_of(enum irq_kind kind)
{
	return kind == IRQ_RCU ? RULE_RCU_CALLBACK_LOCK_BH : RULE_DEADLOCK_IRQ;
}

static struct finding_lock lock_of(const struct check_input *in, const struct irq_usage *usage)
{
	const char *class = program_string(in->program, usage->class_string);

	return (struct finding_lock){
		.class_name = usage->subclass
				      ? arena_printf(in->arena, "%s/%u", class, usage->subclass)
				      : class,
		.defined_as = class,
		.name = program_lockdep_name(in->program, usage->class_string),
		.kind = lock_kind_name(usage->kind),
		.subclass = usage->subclass,
	};
}

/* As messages write it: "kvm.lock", "tasklist_lock". */
static const char *label(const struct check_input *in, const struct irq_usage *usage)
{
	const char *class = program_string(in->program, usage->class_string);

	return g_str_has_prefix(class, "struct ") ? class + strlen("struct ") : class;
}

/* Where the lock is taken with interrupts on: that is what has to be changed mostly. */
static bool locate(const struct check_input *in, struct finding *f)
{
	const struct finding_path *path = &f->paths[0];
	const struct finding_step *taken = &path->steps[path->n - 1];

	if (!step_in_scope(in, taken))
		return finding_locate(in, f);
	f->location = *taken;
	f->location.event = f->location.what = f->location.lock = NULL;
	return true;
}

static void emit(const struct check_input *in, struct finding *f)
{
	if (!locate(in, f))
		return;
	finding_title(in, f);
	finding_emit(in, f);
}

/* --- one class -------------------------------------------------------------------------------- */

/* One entry that leads to both is mostly one that nobody knows well. */
static bool is_one_way(const struct irq_use *inside, const struct irq_use *outside)
{
	return inside->root == outside->root && !inside->is_simulated;
}

/* How a lock that is held with interrupts on leads to one that the interrupt takes. */
struct way {
	const struct irq_usage *safe, *unsafe; /* one class, or: */
	const struct dependency *first, *last; /* of the path safe -> ... -> unsafe; NULL: none */
	enum irq_kind kind;
};

/*
 * The interrupt makes a dependency of its own, from what is held with it on to what it takes, as
 * a recursive reader if it reads: with it the circle must be strong.
 */
static bool is_strong(const struct way *way, bool in_reads, bool on_reads)
{
	struct dependency irq = { .from_mode = on_reads ? MODE_READ : MODE_WRITE,
				  .to_mode = in_reads ? MODE_RECURSIVE : MODE_WRITE };

	return graph_follows(&irq, way->first ? way->first : &irq) &&
	       graph_follows(way->last ? way->last : &irq, &irq);
}

/* The surest pair of uses that conflict; exclusive ones first. */
static bool find_pair(const struct way *way, const struct irq_use **inside,
		      const struct irq_use **outside)
{
	int best = -1;

	for (int i = 0; i < 4; i++) {
		bool in_reads = i & 1, on_reads = i & 2;
		const struct irq_use *in = &way->safe->used_in[way->kind][in_reads];
		const struct irq_use *on = &way->unsafe->enabled[way->kind][on_reads];
		int confidence = MIN(in->confidence, on->confidence);

		if (!in->exists || !on->exists || confidence <= best || is_one_way(in, on) ||
		    !is_strong(way, in_reads, on_reads))
			continue;
		best = confidence;
		*inside = in;
		*outside = on;
	}
	return best >= 0;
}

static bool same_folder(const struct finding_step *x, const struct finding_step *y)
{
	g_autofree char *of_x = g_path_get_dirname(x->file);
	g_autofree char *of_y = g_path_get_dirname(y->file);

	return g_str_equal(of_x, of_y);
}

/*
 * Two drivers that meet in code of neither: each has objects of its own there, and the driver that
 * calls it from an interrupt may well have made its own so that this is right.
 */
static bool is_of_two_drivers(const struct finding_path *x, const struct finding_path *y)
{
	const struct finding_step *lock = &x->steps[x->n - 1];

	return x->n > 1 && y->n > 1 && !same_folder(&x->steps[0], &y->steps[0]) &&
	       !same_folder(&x->steps[0], lock) && !same_folder(&y->steps[0], lock);
}

/* Of the two objects one says that it spins, the other one that it sleeps. */
static void weigh_mode(const struct check_input *in, struct finding *f,
		       const struct irq_use *inside, const struct irq_use *outside)
{
	if (inside->of_a_mode || outside->of_a_mode)
		finding_note(in, f,
			     "an object tells whether it is taken or another lock, one that "
			     "sleeps, and each driver has its own");
}

/* Nobody in sight calls what is interrupted: it may be for callers that have interrupts off. */
static void weigh_task(const struct check_input *in, struct finding *f,
		       const struct irq_use *outside, enum irq_kind kind)
{
	if (outside->is_supposed)
		finding_note(
			in, f,
			arena_printf(in->arena,
				     "nobody in sight calls %s(), and nothing in it shows that "
				     "it is entered %s",
				     function_name(in->program, outside->root),
				     enabled_names[kind]));
}

static bool report_inconsistent(const struct check_input *in, struct irq_usage *usage,
				enum irq_kind kind)
{
	struct way way = { .safe = usage, .unsafe = usage, .kind = kind };
	const struct irq_use *inside, *outside;
	struct finding_path *paths;
	struct finding_lock *lock;
	struct finding *f;

	if (!find_pair(&way, &inside, &outside))
		return false;
	f = finding_new(in, rule_of(kind), MIN(inside->confidence, outside->confidence));
	paths = arena_new_array(in->arena, struct finding_path, 2);
	lock = arena_new_struct(in->arena, struct finding_lock);
	paths[0] = irq_use_path(in, usage, outside, enabled_names[kind]);
	paths[1] = irq_use_path(in, usage, inside, in_text(in, kind));
	if (is_of_two_drivers(&paths[0], &paths[1])) {
		finding_limit(f, CONFIDENCE_MEDIUM);
		weigh_mode(in, f, inside, outside);
	}
	weigh_task(in, f, outside, kind);
	*lock = lock_of(in, usage);
	f->paths = paths;
	f->n_paths = 2;
	f->locks = lock;
	f->n_locks = 1;
	f->message = arena_printf(in->arena, "%s is %s %s here, and %sby %s that can come then",
				  label(in, usage), outside->event ? "held" : "taken",
				  enabled_names[kind], outside->event ? "taken " : "", names[kind]);
	emit(in, f);
	return true;
}

static void report_class(const struct check_input *in, struct irq_usage *usage)
{
	for (int kind = 0; kind < IRQ_KINDS && !usage->reported; kind++)
		usage->reported = report_inconsistent(in, usage, (enum irq_kind)kind);
}

/* --- two classes ------------------------------------------------------------------------------ */

struct inversion {
	const struct check_input *in;
	struct irq_usages *usages;
	struct irq_usage *safe; /* what the interrupt takes */
	enum irq_kind kind;
	GHashTable *pairs;     /* packed classes that were reported */
	GHashTable *plausible; /* dependency + 1 -> whether its chain is, + 1 */
	GArray *found;	       /* struct found_inversion */
	uint32_t path[MOST_DEPENDENCIES];
	size_t n;
};

struct found_inversion {
	struct finding *finding;
	const char *between; /* the two locks, as messages name them */
	uint32_t path[MOST_DEPENDENCIES];
	size_t n;
};

static const struct irq_usage *usage_of_class(const struct inversion *v, uint32_t class)
{
	const struct lock_class *c = &v->in->graph->classes[class];

	return irq_usage_of(v->usages, c->class_string, c->subclass);
}

static const char *title_of(const struct inversion *v)
{
	if (v->n > 1)
		return "possible irq lock inversion dependency detected";
	return v->kind == IRQ_HARD ? "HARDIRQ-safe -> HARDIRQ-unsafe lock order detected"
				   : "SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected";
}

static bool is_news(const struct inversion *v, const struct irq_usage *unsafe)
{
	uint64_t key = (uint64_t)v->safe->class_string << 32 | unsafe->class_string;

	return g_hash_table_add(v->pairs, g_memdup2(&key, sizeof(key)));
}

static int confidence_of_path(const struct inversion *v)
{
	int confidence = v->n > 1 ? CONFIDENCE_MEDIUM : CONFIDENCE_HIGH;

	for (size_t i = 0; i < v->n; i++)
		confidence =
			MIN(confidence, (int)v->in->graph->dependencies[v->path[i]].confidence);
	return confidence;
}

static void fill_paths(const struct inversion *v, const struct irq_usage *unsafe,
		       const struct irq_use *inside, const struct irq_use *outside,
		       struct finding *f)
{
	const struct check_input *in = v->in;
	struct finding_path *paths = arena_new_array(in->arena, struct finding_path, v->n + 2);
	struct finding_lock *locks = arena_new_array(in->arena, struct finding_lock, 2);

	paths[0] = irq_use_path(in, unsafe, outside, enabled_names[v->kind]);
	for (size_t i = 0; i < v->n; i++) {
		const struct dependency *d = &in->graph->dependencies[v->path[i]];

		paths[i + 1] = finding_path_of(in, d->from, d->to, d->witness);
	}
	paths[v->n + 1] = irq_use_path(in, v->safe, inside, in_text(in, v->kind));
	locks[0] = lock_of(in, v->safe);
	locks[1] = lock_of(in, unsafe);
	f->paths = paths;
	f->n_paths = v->n + 2;
	f->locks = locks;
	f->n_locks = 2;
}

/* Over more steps than this a chain was never seen to be true of the objects at both ends. */
#define MOST_STEPS_BETWEEN 8

static bool is_plausible(const struct inversion *v, uint32_t dependency)
{
	gpointer key = GUINT_TO_POINTER(dependency + 1);
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(v->plausible, key));
	struct witness w;

	if (known)
		return known - 1;
	w = graph_witness(v->in->graph, v->in->graph->dependencies[dependency].witness,
			  WITNESS_IF_SURE, v->in->arena);
	known = w.n <= MOST_STEPS_BETWEEN && !w.contradicts;
	g_hash_table_insert(v->plausible, key, GUINT_TO_POINTER(known + 1));
	return known;
}

static bool is_plausible_path(const struct inversion *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (!is_plausible(v, v->path[i]))
			return false;
	return true;
}

static void note_inversion(const struct inversion *v, struct finding *f, const char *between)
{
	struct found_inversion found = { .finding = f, .between = between, .n = v->n };

	memcpy(found.path, v->path, sizeof(found.path));
	g_array_append_val(v->found, found);
}

static bool is_part(const struct found_inversion *part, const struct found_inversion *whole)
{
	for (size_t at = 0; at + part->n <= whole->n; at++)
		if (!memcmp(part->path, whole->path + at, part->n * sizeof(part->path[0])))
			return true;
	return false;
}

/* A part of the way is one already: lockdep says no more after that. */
static const struct found_inversion *told_by_part(const GArray *found,
						  const struct found_inversion *whole)
{
	for (guint i = 0; i < found->len; i++) {
		const struct found_inversion *part =
			&g_array_index(found, struct found_inversion, i);

		if (part->n < whole->n && part->finding->confidence >= whole->finding->confidence &&
		    is_part(part, whole))
			return part;
	}
	return NULL;
}

static void emit_inversions(const struct check_input *in, const GArray *found)
{
	for (guint i = 0; i < found->len; i++) {
		const struct found_inversion *whole =
			&g_array_index(found, struct found_inversion, i);
		const struct found_inversion *part = told_by_part(found, whole);

		if (part && whole->finding->severity == SEVERITY_WARNING)
			finding_note(in, whole->finding,
				     arena_printf(in->arena, "the one of %s is a part of it",
						  part->between));
		finding_weigh_last(in, whole->finding);
		emit(in, whole->finding);
	}
}

static void report_inversion(const struct inversion *v, const struct irq_usage *unsafe)
{
	const struct check_input *in = v->in;
	struct way way = { .safe = v->safe,
			   .unsafe = unsafe,
			   .first = &in->graph->dependencies[v->path[0]],
			   .last = &in->graph->dependencies[v->path[v->n - 1]],
			   .kind = v->kind };
	const struct irq_use *inside, *outside;
	int confidence = confidence_of_path(v);
	struct finding *f;

	if (!find_pair(&way, &inside, &outside) || !is_plausible_path(v) || !is_news(v, unsafe))
		return;
	confidence = MIN(confidence, MIN(inside->confidence, outside->confidence));
	f = finding_new(in, rule_of(v->kind), confidence);
	fill_paths(v, unsafe, inside, outside, f);
	weigh_task(in, f, outside, v->kind);
	f->lockdep_title = title_of(v);
	f->message = arena_printf(
		in->arena,
		"%s, which %s takes, is held while %s is taken, which is taken %s elsewhere",
		label(in, v->safe), names[v->kind], label(in, unsafe), enabled_names[v->kind]);
	note_inversion(v, f,
		       arena_printf(in->arena, "%s and %s", label(in, v->safe), label(in, unsafe)));
}

/*
 * What the interrupt takes spins, and what is waited for inside that. An interrupt does not wait
 * for the local_lock of another CPU (lockdep.c: usage_skip()).
 */
static bool can_be_between(const struct lock_class *class)
{
	enum lock_wait wait = lock_kind_wait(class->kind);

	return (wait == LOCK_WAIT_SPIN || wait == LOCK_WAIT_SPIN_RT) &&
	       class->kind != LOCK_LOCAL_LOCK;
}

static bool is_followed(const struct inversion *v, const struct dependency *d)
{
	const struct graph *graph = v->in->graph;

	return d->confidence == CONFIDENCE_HIGH && d->from != d->to &&
	       can_be_between(&graph->classes[d->to]) &&
	       (!v->n || graph_follows(&graph->dependencies[v->path[v->n - 1]], d));
}

/* Whether the path may become longer than MOST_FAR. */
static bool is_certain(const struct inversion *v)
{
	const struct graph *graph = v->in->graph;

	for (size_t i = 0; i < v->n; i++)
		if (!graph_is_at_once(graph, &graph->dependencies[v->path[i]]))
			return false;
	return true;
}

static bool may_go_on(const struct inversion *v)
{
	return v->n < MOST_DEPENDENCIES && (v->n < MOST_FAR || is_certain(v));
}

static void search(struct inversion *v, uint32_t class)
{
	const struct graph *graph = v->in->graph;

	for (uint32_t d = graph->first_of[class]; d < graph->first_of[class + 1]; d++) {
		const struct dependency *dependency = &graph->dependencies[d];
		const struct irq_usage *unsafe;

		if (!is_followed(v, dependency) ||
		    (v->n >= MOST_FAR && !graph_is_at_once(graph, dependency)))
			continue;
		v->path[v->n++] = d;
		unsafe = usage_of_class(v, dependency->to);
		if (unsafe && unsafe != v->safe && !unsafe->reported)
			report_inversion(v, unsafe);
		if (may_go_on(v))
			search(v, dependency->to);
		v->n--;
	}
}

static bool is_used_in(const struct irq_usage *usage, enum irq_kind kind)
{
	return usage->used_in[kind][0].exists || usage->used_in[kind][1].exists;
}

static void search_from(struct inversion *v, uint32_t class)
{
	v->safe = (struct irq_usage *)usage_of_class(v, class);
	if (!v->safe || v->safe->reported)
		return;
	for (int kind = 0; kind < IRQ_KINDS; kind++) {
		v->kind = (enum irq_kind)kind;
		if (is_used_in(v->safe, v->kind))
			search(v, class);
	}
}

static void run(const struct check_input *in)
{
	struct irq_usages usages = irq_usages_find(in);
	g_autoptr(GHashTable)
		pairs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(GHashTable) plausible = g_hash_table_new(NULL, NULL);
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct found_inversion));
	struct inversion v = { .in = in, .usages = &usages, .pairs = pairs };

	v.plausible = plausible;
	v.found = found;
	for (guint i = 0; i < usages.all->len; i++)
		report_class(in, &g_array_index(usages.all, struct irq_usage, i));
	for (uint32_t c = 0; c < in->graph->n_classes; c++)
		search_from(&v, c);
	emit_inversions(in, found);
	irq_usages_clear(&usages);
}

const struct check check_deadlock_irq = { .name = "deadlock_irq",
					  .group = CHECKS_OF_GRAPH,
					  .run = run };
