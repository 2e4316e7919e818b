/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_flavor.c - a grace period of other readers than those that read
 *
 *   index = srcu_read_lock(&b->srcu);
 *   conf = srcu_dereference(b->conf, &b->srcu);
 *
 *   rcu_assign_pointer(b->conf, new);
 *   synchronize_rcu();                  <- does not wait for them
 *   kfree(old);
 *
 * Of each pointer and each kind of list element: in sections of which flavour it is read, and for
 * whom those wait who change it. For each of them that is read in sections of known flavours only,
 * and changed by a function that waits for none of these.
 *
 * And of each reading that asks for RCU's readers alone: whether it stands in sections of an
 * srcu_struct instead, its own or a caller's.
 *
 * Not a finding: what is read in sections that only callers know, unless the reading names the
 * srcu_struct itself; RCU sections are also those with
 * preemption, softirqs or interrupts off, since 4.20; a function that waits for several.
 */
#include "check/rcu_p.h"

#include "check/chain_p.h"

/* A flavour: one srcu_struct's, or RCU's (class_string 0). */
struct flavour {
	bool is_srcu, is_trace;
	uint32_t class_string; /* of the srcu_struct; 0: not known */
};

/* One reading of @name, in a section of that flavour. */
struct reading {
	uint32_t name;
	uint32_t function;
	struct flow_point where;
	struct flavour flavour;
	bool is_open; /* of which flavour, only callers know, if at all */
};

struct search {
	const struct check_input *in;
	GArray *readings;  /* struct reading */
	GHashTable *first; /* name -> index + 1 in @readings, sorted by name */
};

static bool is_section(const struct held_lock *held)
{
	return held->kind == LOCK_RCU || held->kind == LOCK_SRCU || held->kind == LOCK_RCU_TRACE;
}

static struct flavour flavour_of(const struct held_lock *held)
{
	return (struct flavour){ .is_srcu = held->kind == LOCK_SRCU,
				 .is_trace = held->kind == LOCK_RCU_TRACE,
				 .class_string = held->kind == LOCK_SRCU ? held->class_string : 0 };
}

/* --- readings --------------------------------------------------------------------------------- */

static void add_reading(struct search *s, struct reading reading, const struct held_set *held,
			const struct exec_context *exec)
{
	bool found = false;

	for (uint32_t i = 0; i < held->n; i++) {
		if (!is_section(&held->locks[i]))
			continue;
		reading.flavour = flavour_of(&held->locks[i]);
		g_array_append_val(s->readings, reading);
		found = true;
	}
	if (exec->bh > 0 || exec->preempt > 0 || exec->irqs == IRQS_OFF || held_set_spins(held)) {
		reading.flavour = (struct flavour){ 0 };
		g_array_append_val(s->readings, reading);
		found = true;
	}
	if (found || rcu_holds_lock(held))
		return;
	reading.is_open = !reading.flavour.is_srcu;
	g_array_append_val(s->readings, reading);
}

/* What srcu_dereference() says by itself; RCU's flavour where it says nothing of the kind. */
static struct flavour flavour_said(const struct search *s, const struct rcu_report *report)
{
	struct rcu_wanted wanted = rcu_wanted_at(s->in->rcu, report->function, report->where);

	if (!wanted.wants_srcu || wanted.wants_reader)
		return (struct flavour){ 0 };
	return (struct flavour){ .is_srcu = true, .class_string = wanted.srcu };
}

static void add_named(struct search *s, const struct rcu_report *report, uint32_t name)
{
	const struct flow_result *flow = s->in->summaries->functions[report->function].flow;
	struct reading reading = { .function = report->function, .where = report->where };

	reading.name = name;
	reading.flavour = flavour_said(s, report);
	for (uint32_t i = 0; reading.name && i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];

		if (event->where.block == report->where.block &&
		    event->where.step == report->where.step)
			add_reading(s, reading, event->held, &event->exec);
	}
}

/* rcu_dereference() and kin, and walks: what reports that its condition does not hold. */
static void add_report(struct search *s, const struct rcu_report *report)
{
	struct list_walk walk = rcu_walk_at(s->in, report->function, report->loc);

	if (!walk.element) {
		add_named(s, report, rcu_pointer_at(s->in->rcu, report->function, report->loc));
		return;
	}
	add_named(s, report, walk.element);
	if (walk.head.kind == LIST_NAMED && walk.head.name != walk.element)
		add_named(s, report, walk.head.name);
}

static int compare_readings(gconstpointer p, gconstpointer q)
{
	const struct reading *x = p, *y = q;

	return x->name < y->name ? -1 : x->name > y->name;
}

static void find_readings(struct search *s)
{
	const GArray *reports = s->in->rcu->reports;

	for (guint i = 0; i < reports->len; i++)
		add_report(s, &g_array_index(reports, struct rcu_report, i));
	g_array_sort(s->readings, compare_readings);
	for (guint i = s->readings->len; i-- > 0;)
		g_hash_table_insert(
			s->first,
			GUINT_TO_POINTER(g_array_index(s->readings, struct reading, i).name),
			GUINT_TO_POINTER(i + 1));
}

/* --- waits ------------------------------------------------------------------------------------ */

/* False for Tasks and what is not known. */
static bool flavour_told(const struct role *role, struct flavour *flavour)
{
	if (!role->flavour)
		return false;
	*flavour = (struct flavour){ .is_srcu = g_str_equal(role->flavour, "srcu"),
				     .is_trace = g_str_equal(role->flavour, "tasks_trace") };
	return flavour->is_srcu || flavour->is_trace || g_str_equal(role->flavour, "rcu");
}

/* What a call waits for, or has something called after. */
static bool waits_for(const struct check_input *in, const struct call_event *event,
		      struct flavour *flavour)
{
	const struct role *role = call_role(in, event, ROLE_GP_WAIT);
	term_id domain;

	if (!role)
		role = call_role(in, event, ROLE_GP_CALLBACK);
	if (!role || !flavour_told(role, flavour))
		return false;
	domain = role_argument(event, role->domain_arg);
	if (flavour->is_srcu && domain)
		flavour->class_string =
			program_lock_class(in->program, term_deref(in->program->terms, domain));
	return true;
}

static bool is_same(struct flavour x, struct flavour y)
{
	return x.is_srcu == y.is_srcu && x.is_trace == y.is_trace &&
	       (!x.is_srcu || !x.class_string || !y.class_string ||
		x.class_string == y.class_string);
}

/* A pointer or list that is changed, and who is waited for then. */
struct change {
	uint32_t name, function;
	struct flow_point where, waited;
	struct flavour flavour;
	const char *wait; /* the function's name */
};

/* Whether that flavour is waited for there, or anywhere in the function. */
static bool waits_also(const struct check_input *in, const struct change *change,
		       struct flavour wanted)
{
	const struct flow_result *flow = in->summaries->functions[change->function].flow;
	struct flavour flavour;

	if (is_same(change->flavour, wanted))
		return true;
	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (waits_for(in, &flow->calls[i], &flavour) && is_same(flavour, wanted))
			return true;
	return false;
}

/* The reading that tells: all of @name are known, and none is of a flavour that is waited for. */
static const struct reading *find_unwaited(const struct search *s, const struct change *change)
{
	guint first =
		GPOINTER_TO_UINT(g_hash_table_lookup(s->first, GUINT_TO_POINTER(change->name)));
	const struct reading *found = NULL;

	for (guint i = first; first && i <= s->readings->len; i++) {
		const struct reading *r = &g_array_index(s->readings, struct reading, i - 1);

		if (r->name != change->name)
			break;
		if (r->is_open || waits_also(s->in, change, r->flavour))
			return NULL;
		found = r;
	}
	return found;
}

static bool frees_after(const struct check_input *in, uint32_t function, struct flow_point where)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (call_role(in, &flow->calls[i], ROLE_FREE) &&
		    flow_point_is_before(where, flow->calls[i].where))
			return true;
	return false;
}

/* --- what is told ----------------------------------------------------------------------------- */

static const char *words_of(const struct check_input *in, struct flavour flavour)
{
	struct held_lock lock = { .kind = LOCK_SRCU, .class_string = flavour.class_string };

	if (flavour.is_trace)
		return "RCU Tasks Trace";
	if (!flavour.is_srcu)
		return "RCU";
	return flavour.class_string ? held_label(in, &lock) : "an srcu_struct";
}

static const char *name_called(const struct check_input *in, const struct call_event *event)
{
	struct term callee = term_at(in->program->terms, event->callee);

	return callee.kind == EXPR_FUNC
		       ? program_string(in->program, in->program->symbols[callee.a].name)
		       : "what is called";
}

static void report(const struct search *s, const struct reading *reading,
		   const struct change *change)
{
	const struct check_input *in = s->in;
	bool frees = frees_after(in, change->function, change->waited);
	struct finding *f = finding_new(in, RULE_RCU_FLAVOR_MISMATCH,
					frees ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM);
	struct held_lock named = { .kind = LOCK_MUTEX, .class_string = reading->name };
	const char *name = held_label(in, &named);
	struct chain chain = chain_new(in);

	chain_add_point(&chain, reading->function, reading->where, "entry",
			arena_printf(in->arena, "reads %s in a section of %s", name,
				     words_of(in, reading->flavour)));
	chain_add_point(&chain, change->function, change->where, "entry", "changes it");
	chain_add_point(&chain, change->function, change->waited, "call",
			arena_printf(in->arena, "waits for readers of %s",
				     words_of(in, change->flavour)));
	f->message = arena_printf(in->arena,
				  "%s is read in sections of %s, but %s() waits for those of %s",
				  name, words_of(in, reading->flavour), change->wait,
				  words_of(in, change->flavour));
	chain_give(&chain, f);
	chain_locate(&chain, f, change->function, change->waited);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* The first wait after the change. */
static bool find_wait(const struct check_input *in, struct change *change)
{
	const struct flow_result *flow = in->summaries->functions[change->function].flow;
	const struct call_event *found = NULL;
	struct flavour flavour;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		if (!waits_for(in, &flow->calls[i], &flavour) ||
		    !flow_point_is_before(change->where, flow->calls[i].where) ||
		    (found && !flow_point_is_before(flow->calls[i].where, found->where)))
			continue;
		found = &flow->calls[i];
		change->flavour = flavour;
	}
	if (!found)
		return false;
	change->waited = found->where;
	change->wait = name_called(in, found);
	return true;
}

static bool check_change(const struct search *s, struct change *change)
{
	const struct reading *reading;

	if (!change->name || (!change->wait && !find_wait(s->in, change)))
		return false;
	reading = find_unwaited(s, change);
	if (reading)
		report(s, reading, change);
	return reading;
}

static void check_function(const struct search *s, uint32_t function)
{
	const struct flow_result *flow = s->in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_pointers; i++) {
		const struct pointer_event *store = &flow->pointers[i];
		struct change change = { .function = function, .where = store->where };

		if (store->is_store)
			change.name = program_lock_class(s->in->program, store->place);
		if (check_change(s, &change))
			return;
	}
}

/* --- lists ------------------------------------------------------------------------------------ */

/* list_splice_init_rcu(from, to, synchronize_rcu): what is given waits. */
static bool find_given_wait(const struct check_input *in, const struct list_update *update,
			    struct change *change)
{
	struct term wait =
		term_at(in->program->terms, role_argument(update->event, update->access->wait_arg));
	const struct role *role;

	if (wait.kind != EXPR_FUNC)
		return false;
	role = in->program->symbols[wait.a].roles;
	while (role && role->kind != ROLE_GP_WAIT)
		role = role->next;
	change->wait = program_string(in->program, in->program->symbols[wait.a].name);
	change->waited = update->event->where;
	return role && flavour_told(role, &change->flavour);
}

static void check_list(const struct search *s, const struct list_update *update)
{
	const struct check_input *in = s->in;
	struct change change = { .name = update->element,
				 .function = update->function,
				 .where = update->event->where };

	if (!update->access->is_rcu || !in->program->functions[update->function].in_scope)
		return;
	if (update->access->op == RCU_SPLICE)
		change.name =
			rcu_element_of(in, role_argument(update->event, update->access->from_arg));
	else if (update->access->op != RCU_DELETE && update->access->op != RCU_REPLACE)
		return;
	if (update->access->wait_arg == RULES_NO_ARG || find_given_wait(in, update, &change))
		check_change(s, &change);
}

/* --- readings in other sections than they ask for --------------------------------------------- */

/* The SRCU section that is open there, and nothing that RCU's grace periods wait for; or NULL. */
static const struct held_lock *only_srcu(const struct call_event *event)
{
	const struct held_lock *srcu = NULL;

	if (event->exec.bh > 0 || event->exec.preempt > 0 || event->exec.irqs == IRQS_OFF ||
	    held_set_spins(event->held))
		return NULL;
	for (uint32_t i = 0; i < event->held->n; i++) {
		if (event->held->locks[i].kind != LOCK_SRCU)
			return NULL;
		srcu = &event->held->locks[i];
	}
	return srcu;
}

/* A reading in an SRCU section, which is opened around it or around @call of its function. */
struct misread {
	const struct rcu_report *report;
	const struct held_lock *srcu;
	uint32_t caller;
	struct flow_point call;
};

static bool is_misread_here(const struct check_input *in, struct misread *m)
{
	const struct flow_result *flow = in->summaries->functions[m->report->function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];

		if (event->where.block != m->report->where.block ||
		    event->where.step != m->report->where.step)
			continue;
		m->srcu = only_srcu(event);
		if (!m->srcu)
			return false;
	}
	return m->srcu;
}

/* In none of its moments something is held: then each of its callers answers for itself. */
static bool is_misread_by_callers(const struct check_input *in, struct misread *m)
{
	const struct flow_result *flow = in->summaries->functions[m->report->function].flow;
	uint32_t n;
	const struct rcu_caller *callers = rcu_all_callers(in->rcu, m->report->function, &n);

	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (flow->calls[i].where.block == m->report->where.block &&
		    flow->calls[i].where.step == m->report->where.step &&
		    (flow->calls[i].held->n || flow->calls[i].exec.bh > 0 ||
		     flow->calls[i].exec.preempt > 0 || flow->calls[i].exec.irqs == IRQS_OFF))
			return false;
	for (uint32_t i = 0; i < n; i++) {
		const struct call_event *event = callers[i].call->event;

		m->srcu = only_srcu(event);
		m->caller = callers[i].function;
		m->call = event->where;
		if (m->srcu)
			return true;
	}
	return false;
}

static void report_misread(const struct check_input *in, const struct misread *m, uint32_t name)
{
	struct finding *f = finding_new(in, RULE_RCU_FLAVOR_MISMATCH, CONFIDENCE_MEDIUM);
	struct held_lock named = { .kind = LOCK_MUTEX, .class_string = name };
	const char *label = held_label(in, &named);
	struct chain chain = chain_new(in);

	if (m->caller != PROGRAM_NONE)
		chain_add_point(&chain, m->caller, m->call, "call",
				arena_printf(in->arena, "calls %s() in a section of %s",
					     function_name(in->program, m->report->function),
					     words_of(in, flavour_of(m->srcu))));
	chain_add_point(&chain, m->report->function, m->report->where, "read",
			arena_printf(in->arena, "reads %s", label));
	f->message = arena_printf(in->arena,
				  "%s is read with rcu_dereference() in a section of %s, which is "
				  "no RCU reader",
				  label, words_of(in, flavour_of(m->srcu)));
	f->help = "srcu_dereference() with that srcu_struct, where updaters wait for its readers; "
		  "else rcu_read_lock() around it";
	chain_give(&chain, f);
	chain_locate(&chain, f, m->report->function, m->report->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void check_misread(const struct check_input *in, const struct rcu_report *report)
{
	struct rcu_wanted wanted = rcu_wanted_at(in->rcu, report->function, report->where);
	uint32_t name = rcu_pointer_at(in->rcu, report->function, report->loc);
	struct misread m = { .report = report, .caller = PROGRAM_NONE };

	if (!name || rcu_walk_at(in, report->function, report->loc).element || wanted.is_open ||
	    !wanted.wants_reader || wanted.wants_srcu)
		return;
	if (is_misread_here(in, &m)) {
		report_misread(in, &m, name);
		return;
	}
	m.srcu = NULL;
	if (is_misread_by_callers(in, &m))
		report_misread(in, &m, name);
}

static void run(const struct check_input *in)
{
	struct search s = { .in = in,
			    .readings = g_array_new(FALSE, FALSE, sizeof(struct reading)),
			    .first = g_hash_table_new(NULL, NULL) };

	find_readings(&s);
	for (uint32_t f = 0; f < in->program->n_functions; f++)
		if (in->program->functions[f].in_scope)
			check_function(&s, f);
	for (guint i = 0; i < in->rcu->updates->len; i++)
		check_list(&s, &g_array_index(in->rcu->updates, struct list_update, i));
	for (guint i = 0; i < in->rcu->reports->len; i++)
		check_misread(in, &g_array_index(in->rcu->reports, struct rcu_report, i));
	g_array_unref(s.readings);
	g_hash_table_unref(s.first);
}

const struct check check_rcu_flavor = { .name = "rcu_flavor", .run = run };
