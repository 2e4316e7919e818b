/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_ancestor.c - a file's method takes a lock of a device above the file's
 *
 *   unbind the port's parent                a write to a file of the port
 *   device_lock(parent)                     port_store(dev):
 *   device_unregister(&port->dev)             device_lock(dev->parent), waits for the other
 *     waits for port_store() to end
 *
 * The driver core holds a device's lock while its driver is unbound, and drivers remove the devices
 * below theirs then. lockdep sees none of this: it does not validate that lock, of which there is
 * one class for the whole tree of devices. So this is told by the way the method comes to the
 * device: up (Documentation/driver-api/driver-model/binding.rst; drivers/base/dd.c:
 * device_release_driver_internal()).
 *
 * Not a finding: a method of a file that nobody in sight removes; one that has its file's
 * protection broken first, which is no callback to the program (program/attributes.c).
 */
#include "check/chain_p.h"

struct search {
	const struct check_input *in;
	GHashTable *ancestors; /* members that lead up, as program_by_member() has them */
	GHashTable *told;      /* functions + 1 */
};

static bool leads_up(const struct search *s, term_id place)
{
	const struct program *program = s->in->program;

	for (;; place = term_at(program->terms, place).base) {
		enum fact_expr_kind kind = term_at(program->terms, place).kind;

		if (program_is_member_of(program, place, s->ancestors))
			return true;
		if (kind != EXPR_FIELD && kind != EXPR_DEREF && kind != EXPR_ADDR &&
		    kind != EXPR_CONTAINER)
			return false;
	}
}

static bool is_of_ancestor(const struct search *s, const struct requirement *r)
{
	return r->function == PROGRAM_NONE && r->confidence == CONFIDENCE_HIGH &&
	       !(r->lock.flags & HELD_TRY) &&
	       program_is_unvalidated(s->in->program, r->lock.class_string) &&
	       leads_up(s, r->lock.lock);
}

static const struct requirement *find_lock(const struct search *s, uint32_t function)
{
	const struct function_summary *summary = &s->in->summaries->functions[function];

	for (uint32_t i = 0; i < summary->n_requirements; i++)
		if (is_of_ancestor(s, &summary->requirements[i]))
			return &summary->requirements[i];
	return NULL;
}

/* Where somebody waits for the methods of the files of @class_string; false if nobody does. */
static bool find_wait(const struct check_input *in, uint32_t class_string, uint32_t *function,
		      struct flow_point *where)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0; i < flow->n_acquires; i++) {
			if (flow->acquires[i].lock.class_string != class_string)
				continue;
			*function = f;
			*where = flow->acquires[i].where;
			return true;
		}
	}
	return false;
}

/* Down the calls to where the lock is taken; what is held on the way is the file. */
static void add_way(struct chain *chain, uint32_t function, const struct requirement *r,
		    const char *lock)
{
	const struct check_input *in = chain->in;

	while (r->callee != PROGRAM_NONE) {
		chain_add_point(chain, function, r->where, "call",
				arena_printf(in->arena, "calls %s()",
					     function_name(in->program, r->callee)));
		function = r->callee;
		r = &in->summaries->functions[function].requirements[r->inner];
	}
	chain_add_point(chain, function, r->where, "acquire", lock);
}

static void report(const struct check_input *in, uint32_t method, const struct requirement *r,
		   uint32_t waiter, struct flow_point where)
{
	const char *name = function_name(in->program, method);
	const char *lock = term_text(in, method, r->lock.lock, held_label(in, &r->lock));
	struct chain chain = chain_new(in);
	struct finding *f = finding_new(in, RULE_DEADLOCK_WAIT, CONFIDENCE_MEDIUM);
	struct finding_lock *locks = arena_new_struct(in->arena, struct finding_lock);

	chain_add_function(&chain, method, "entry", "runs as a method of a file of its device");
	add_way(&chain, method, r, arena_printf(in->arena, "takes %s", lock));
	chain_add_point(&chain, waiter, where, "call",
			arena_printf(in->arena, "removes the file, and waits for %s() to end",
				     name));
	chain_give(&chain, f);
	*locks = finding_lock_of_held(in, &r->lock);
	f->locks = locks;
	f->n_locks = 1;
	f->message =
		arena_printf(in->arena,
			     "%s() takes %s, of a device above its own: who unbinds that one's "
			     "driver holds it, and waits in %s() for %s() to end",
			     name, lock, function_name(in->program, waiter), name);
	f->help = "lockdep does not see it, as it does not validate this lock; let others remove "
		  "the file meanwhile (sysfs_break_active_protection()), or try to take the lock "
		  "and restart the system call";
	if (!finding_locate_holder(in, f))
		return;
	finding_title(in, f);
	finding_emit(in, f);
}

static void look_at_method(struct search *s, const struct callback *callback)
{
	gpointer key = GUINT_TO_POINTER(callback->function + 1);
	const struct requirement *r;
	struct flow_point where;
	uint32_t waiter;

	if (!callback->if_waited || g_hash_table_contains(s->told, key))
		return;
	r = find_lock(s, callback->function);
	if (!r || !find_wait(s->in, callback->class_string, &waiter, &where))
		return;
	g_hash_table_add(s->told, key);
	report(s->in, callback->function, r, waiter, where);
}

static void run(const struct check_input *in)
{
	struct search s = { .in = in };

	if (!g_hash_table_size(in->program->rules->attribute_ancestors))
		return;
	s.ancestors = program_by_member(in->program, in->program->rules->attribute_ancestors);
	s.told = g_hash_table_new(NULL, NULL);
	for (size_t i = 0; i < in->program->n_callbacks; i++)
		look_at_method(&s, &in->program->callbacks[i]);
	g_hash_table_unref(s.told);
	g_hash_table_unref(s.ancestors);
}

const struct check check_deadlock_ancestor = { .name = "deadlock_ancestor", .run = run };
