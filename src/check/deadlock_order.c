/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_order.c - against a declared order
 *
 *   declared: &kvm->lock before &vcpu->mutex
 *
 *   CPU0
 *   lock(&vcpu->mutex)
 *   lock(&kvm->lock)      <- whoever follows the document deadlocks with this
 *
 * Orders come from rules/, with the document that declares them, and are transitive. A finding
 * even while no code closes the circle. Classes are compared without their subclass.
 *
 * Not a finding: where the documents contradict each other, both directions are allowed. A
 * circle over the same two classes says more; report/ then leaves this one out.
 */
#include "check/check_p.h"

#include <string.h>

/* The declared orders as a graph: node numbers by class name, one list of orders per node. */
struct orders {
	const struct rules *rules;
	GHashTable *nodes; /* class name -> node + 1 */
	GPtrArray *names;
	bool *before;			/* [a * n + b]: a is declared before b, directly or not */
	const struct lock_order **step; /* the first order on the way */
};

static uint32_t node_of(struct orders *o, const char *name)
{
	gpointer known = g_hash_table_lookup(o->nodes, name);

	if (known)
		return GPOINTER_TO_UINT(known) - 1;
	g_ptr_array_add(o->names, (gpointer)name);
	g_hash_table_insert(o->nodes, (gpointer)name, GUINT_TO_POINTER(o->names->len));
	return o->names->len - 1;
}

static void close_over(struct orders *o)
{
	size_t n = o->names->len;

	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; i < n; i++) {
			for (size_t j = 0; o->before[i * n + k] && j < n; j++) {
				if (!o->before[k * n + j] || o->before[i * n + j])
					continue;
				o->before[i * n + j] = true;
				o->step[i * n + j] = o->step[i * n + k];
			}
		}
	}
}

static void orders_begin(struct orders *o, const struct check_input *in)
{
	const struct lock_order *orders = in->rules->orders;
	size_t n;

	o->rules = in->rules;
	o->nodes = g_hash_table_new(g_str_hash, g_str_equal);
	o->names = g_ptr_array_new();
	for (size_t i = 0; i < in->rules->n_orders; i++) {
		node_of(o, orders[i].before);
		node_of(o, orders[i].after);
	}
	n = o->names->len;
	o->before = g_new0(bool, n *n + 1);
	o->step = g_new0(const struct lock_order *, n *n + 1);
	for (size_t i = 0; i < in->rules->n_orders; i++) {
		size_t at = node_of(o, orders[i].before) * n + node_of(o, orders[i].after);

		o->before[at] = true;
		o->step[at] = &orders[i];
	}
	close_over(o);
}

static void orders_end(struct orders *o)
{
	g_hash_table_unref(o->nodes);
	g_ptr_array_unref(o->names);
	g_free(o->before);
	g_free(o->step);
}

/* The node of a class, by its name or lockdep's, without "/1"; or PROGRAM_NONE. */
static uint32_t node_of_class(const struct orders *o, const struct lock_class *class)
{
	size_t length = strlen(class->class_name);
	const char *slash = class->subclass ? strrchr(class->class_name, '/') : NULL;
	g_autofree char *plain =
		g_strndup(class->class_name, slash ? (size_t)(slash - class->class_name) : length);
	gpointer known = g_hash_table_lookup(o->nodes, plain);

	if (!known && class->name)
		known = g_hash_table_lookup(o->nodes, class->name);
	return known ? GPOINTER_TO_UINT(known) - 1 : PROGRAM_NONE;
}

/* The first order on the declared way from @before to @after, if @after must not come first. */
static const struct lock_order *broken_order(const struct orders *o, uint32_t before,
					     uint32_t after)
{
	size_t n = o->names->len;

	if (before == PROGRAM_NONE || after == PROGRAM_NONE || before == after)
		return NULL;
	if (!o->before[before * n + after] || o->before[after * n + before])
		return NULL;
	return o->step[before * n + after];
}

/* "A before B before C" as the documents have it. */
static char *declared_way(const struct orders *o, uint32_t before, uint32_t after)
{
	size_t n = o->names->len;
	GString *text = g_string_new(o->names->pdata[before]);

	/* Bounded, because documents that contradict each other elsewhere may lead in a circle. */
	for (size_t i = 0, at = before; at != after && i < n; i++) {
		const struct lock_order *step = o->step[at * n + after];

		g_string_append_printf(text, " before %s", step->after);
		at = GPOINTER_TO_UINT(g_hash_table_lookup(o->nodes, step->after)) - 1;
	}
	return g_string_free(text, FALSE);
}

static void report_order(const struct check_input *in, const struct orders *o,
			 const struct dependency *d, const struct lock_order *order)
{
	struct finding *f = finding_new(in, RULE_DEADLOCK_ORDER, d->confidence);
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	struct finding_lock *locks = arena_new_array(in->arena, struct finding_lock, 2);
	g_autofree char *way = declared_way(o, node_of_class(o, &in->graph->classes[d->to]),
					    node_of_class(o, &in->graph->classes[d->from]));

	locks[0] = finding_lock_of(in->graph, d->from);
	locks[1] = finding_lock_of(in->graph, d->to);
	*path = finding_path_of(in, d->from, d->to, d->witness);
	f->locks = locks;
	f->n_locks = 2;
	f->paths = path;
	f->n_paths = 1;
	f->message = arena_printf(in->arena,
				  "%s is taken while %s is held; the documented order is %s (%s)",
				  path->acquires_label, path->holds_label, way, order->documented);
	if (finding_locate(in, f))
		finding_emit(in, f);
}

static void check_dependency(const struct check_input *in, const struct orders *o,
			     const struct dependency *d)
{
	const struct lock_class *classes = in->graph->classes;
	const struct lock_order *order;

	if (!d->in_scope || (int)d->confidence < in->options->least)
		return;
	order = broken_order(o, node_of_class(o, &classes[d->to]),
			     node_of_class(o, &classes[d->from]));
	if (order)
		report_order(in, o, d, order);
}

static void run(const struct check_input *in)
{
	struct orders o;

	if (!in->rules->n_orders)
		return;
	orders_begin(&o, in);
	for (size_t i = 0; i < in->graph->n_dependencies; i++)
		check_dependency(in, &o, &in->graph->dependencies[i]);
	orders_end(&o);
}

const struct check check_deadlock_order = { .name = "deadlock_order",
					    .group = CHECKS_OF_GRAPH,
					    .run = run };
