/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_sites.c - all walks and all changes of lists in the program
 */
#include "check/rcu_p.h"
#include "summary/context.h"

bool rcu_step_has_role(const struct program *program, const struct unit *unit,
		       const struct fact_step *step, enum role_kind kind)
{
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct role *role = callee.kind == EXPR_FUNC ? program->symbols[callee.a].roles
							   : NULL;

	while (role && role->kind != kind)
		role = role->next;
	return role != NULL;
}

static uint32_t symbol_called(const struct rcu_sites *sites, const struct call_event *event)
{
	struct term callee = term_at(sites->in->program->terms, event->callee);

	return callee.kind == EXPR_FUNC ? callee.a : PROGRAM_NONE;
}

const struct rcu_access *rcu_access_of(const struct rcu_sites *sites,
				       const struct call_event *event)
{
	uint32_t symbol = symbol_called(sites, event);

	return symbol == PROGRAM_NONE ? NULL : sites->in->program->symbols[symbol].said->rcu_access;
}

bool rcu_is_reader(const struct held_lock *held)
{
	return held->kind == LOCK_RCU || held->kind == LOCK_RCU_TRACE || held->kind == LOCK_SRCU;
}

uint32_t rcu_class_of(const struct check_input *in, const struct held_lock *held)
{
	return held->class_string ? held->class_string
				  : program_lock_class_or_part(in->program, held->lock);
}

bool rcu_holds_reader(const struct held_set *held)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (rcu_is_reader(&held->locks[i]))
			return true;
	return false;
}

bool rcu_holds_lock(const struct held_set *held)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (!rcu_is_reader(&held->locks[i]))
			return true;
	return false;
}

struct finding_step rcu_step_at(const struct check_input *in, uint32_t function,
				struct fact_loc loc)
{
	const struct facts *facts = in->program->units[in->program->functions[function].unit].facts;

	return (struct finding_step){ .file = facts_file(facts, loc.file),
				      .line = loc.line,
				      .column = loc.column,
				      .function = function_name(in->program, function) };
}

const struct finding_lock *rcu_held_locks(const struct check_input *in, const struct held_set *held,
					  size_t *n)
{
	struct finding_lock *locks = arena_new_array(in->arena, struct finding_lock, held->n + 1);

	*n = 0;
	for (uint32_t i = 0; i < held->n; i++) {
		if (held->locks[i].class_string)
			locks[(*n)++] = finding_lock_of_held(in, &held->locks[i]);
	}
	return locks;
}

/* --- callers ------------------------------------------------------------------------------- */

static bool is_call(const struct summary_call *call, int least)
{
	return call->confidence >= least && !call->event->is_implied;
}

static void count_callers(const struct rcu_sites *sites, struct caller_list *list, int least)
{
	const struct program *program = sites->in->program;

	list->first = g_new0(uint32_t, program->n_functions + 2);
	for (uint32_t f = 0; f < program->n_functions; f++) {
		const struct function_summary *summary = &sites->in->summaries->functions[f];

		for (uint32_t i = 0; i < summary->n_calls; i++)
			if (is_call(&summary->calls[i], least))
				list->first[summary->calls[i].callee + 2]++;
	}
	for (uint32_t f = 2; f < program->n_functions + 2; f++)
		list->first[f] += list->first[f - 1];
}

/* While the list is filled, the offset of f is kept one further on: at its end it is in place. */
static void find_callers(const struct rcu_sites *sites, struct caller_list *list, int least)
{
	const struct program *program = sites->in->program;

	count_callers(sites, list, least);
	list->callers = g_new(struct rcu_caller, list->first[program->n_functions + 1] + 1);
	for (uint32_t f = 0; f < program->n_functions; f++) {
		const struct function_summary *summary = &sites->in->summaries->functions[f];

		for (uint32_t i = 0; i < summary->n_calls; i++) {
			const struct summary_call *call = &summary->calls[i];

			if (is_call(call, least))
				list->callers[list->first[call->callee + 1]++] =
					(struct rcu_caller){ f, call };
		}
	}
}

static const struct rcu_caller *callers_of(const struct caller_list *list, uint32_t function,
					   uint32_t *n)
{
	*n = list->first[function + 1] - list->first[function];
	return list->callers + list->first[function];
}

const struct rcu_caller *rcu_callers(const struct rcu_sites *sites, uint32_t function, uint32_t *n)
{
	return callers_of(&sites->sure, function, n);
}

const struct rcu_caller *rcu_all_callers(const struct rcu_sites *sites, uint32_t function,
					 uint32_t *n)
{
	return callers_of(&sites->all, function, n);
}

/* --- walks --------------------------------------------------------------------------------- */

/* Whether the calls recorded at that point say that a reader may be the one who walks. */
static bool may_be_reader(const struct flow_result *flow, struct flow_point where)
{
	bool locked = false;

	for (uint32_t i = 0; flow && i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];

		if (event->where.block != where.block || event->where.step != where.step)
			continue;
		if (rcu_holds_reader(event->held))
			return true;
		locked |= rcu_holds_lock(event->held);
	}
	return !locked;
}

static void add_walk(struct rcu_sites *sites, uint32_t function, struct flow_point where,
		     struct fact_loc loc)
{
	struct list_walk walk = rcu_walk_at(sites->in, function, loc);
	struct rcu_report report = { function, where, loc };

	g_array_append_val(sites->reports, report);
	walk.wants_srcu = rcu_wanted_at(sites, function, where).wants_srcu;
	walk.is_reader = may_be_reader(sites->in->summaries->functions[function].flow, where);
	if (walk.head.kind != LIST_UNKNOWN || walk.element)
		g_array_append_val(sites->walks, walk);
}

static bool is_report(const struct rcu_sites *sites, const struct unit *unit,
		      const struct fact_step *step)
{
	return step->kind == STEP_CALL &&
	       rcu_step_has_role(sites->in->program, unit, step, ROLE_RCU_REPORT);
}

static void find_walks(struct rcu_sites *sites, uint32_t function)
{
	const struct function *f = &sites->in->program->functions[function];
	const struct unit *unit = &sites->in->program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];

			if (is_report(sites, unit, step))
				add_walk(sites, function, (struct flow_point){ b, s }, step->loc);
		}
	}
}

/* --- changes ------------------------------------------------------------------------------- */

static term_id argument(const struct call_event *event, int number)
{
	return number >= 0 && (uint32_t)number < event->n_args ? event->args[number] : 0;
}

static const struct fact_step *step_of(const struct rcu_sites *sites, uint32_t function,
				       const struct call_event *event)
{
	const struct function *f = &sites->in->program->functions[function];
	const struct facts *facts = sites->in->program->units[f->unit].facts;
	const struct fact_block *block = &facts->blocks[f->facts->blocks + event->where.block];

	return &facts->steps[block->steps + event->where.step];
}

static term_id written_argument(const struct rcu_sites *sites, uint32_t function,
				const struct call_event *event, int number)
{
	const struct fact_step *step = step_of(sites, function, event);
	const struct unit *unit =
		&sites->in->program->units[sites->in->program->functions[function].unit];

	if (number < 0 || step->kind != STEP_CALL || number >= step->n_args)
		return 0;
	return unit->terms[unit->facts->args[step->args + number]];
}

/* The variable whose element @link, &pos->member, is; 0 for none. */
static term_id variable_of(const struct program *program, term_id link)
{
	struct term term = term_at(program->terms, link);

	while (term.kind == EXPR_ADDR || term.kind == EXPR_FIELD)
		term = term_at(program->terms, term.base);
	if (term.kind != EXPR_DEREF || term_at(program->terms, term.base).kind != EXPR_LOCAL)
		return 0;
	return term.base;
}

static void name_element(const struct rcu_sites *sites, struct list_update *update)
{
	const struct check_input *in = sites->in;
	int number = update->access->element_arg;
	term_id written = written_argument(sites, update->function, update->event, number);
	term_id variable = variable_of(in->program, written);

	update->element = rcu_element_of(in, argument(update->event, number));
	if (!update->element)
		update->element = rcu_element_of(in, written);
	if (update->access->op == RCU_DELETE && variable)
		update->head = rcu_walk_of(in, update->function, variable);
}

/* A value that is too deep to be followed still has the name that the source writes. */
static struct list_ref head_given(const struct rcu_sites *sites, uint32_t function,
				  const struct call_event *event, int number)
{
	struct list_ref ref = rcu_list_of(sites->in, function, argument(event, number));

	if (ref.kind != LIST_UNKNOWN)
		return ref;
	return rcu_list_of(sites->in, function, written_argument(sites, function, event, number));
}

/* list_add_rcu(&new->list, &prev->list): behind another one, on whatever list that is. */
static bool is_beside_another(const struct list_update *update)
{
	return update->head.kind == LIST_NAMED && update->head.name == update->element;
}

static void add_update(struct rcu_sites *sites, uint32_t function, const struct call_event *event,
		       const struct rcu_access *access)
{
	struct list_update update = { .function = function, .event = event, .access = access };

	if (access->op == RCU_READ) {
		struct list_walk walk = { .function = function,
					  .loc = step_of(sites, function, event)->loc,
					  .head = head_given(sites, function, event,
							     access->head_arg),
					  .is_reader = true };

		g_array_append_val(sites->walks, walk);
		return;
	}
	if (access->head_arg >= 0)
		update.head = head_given(sites, function, event, access->head_arg);
	if (access->element_arg >= 0)
		name_element(sites, &update);
	if (is_beside_another(&update))
		update.head = (struct list_ref){ LIST_UNKNOWN, 0, 0 };
	g_array_append_val(sites->updates, update);
}

/* A function that is given to call_rcu() and kin. */
static void note_callback(struct rcu_sites *sites, uint32_t function,
			  const struct call_event *event)
{
	const struct program *program = sites->in->program;
	const struct role *role = flow_roles(program, event);
	struct term callback;
	uint32_t target;

	if (!role || role->kind != ROLE_GP_CALLBACK)
		return;
	callback = term_at(program->terms, argument(event, role->function_arg));
	if (callback.kind != EXPR_FUNC)
		return;
	target = program_callee(program, program->functions[function].unit, callback.a);
	if (target == PROGRAM_NONE)
		return;
	g_hash_table_add(sites->quiet, GUINT_TO_POINTER(target + 1));
	g_hash_table_add(sites->callbacks, GUINT_TO_POINTER(target + 1));
}

static void add_if_said(GHashTable *set, const GHashTable *members, const char *member,
			uint32_t target)
{
	if (g_hash_table_contains((GHashTable *)members, member))
		g_hash_table_add(set, GUINT_TO_POINTER(target + 1));
}

/* Functions in initialisers of members of which the rules say when they are called. */
static void find_said(struct rcu_sites *sites, uint32_t unit_number)
{
	const struct program *program = sites->in->program;
	const struct unit *unit = &program->units[unit_number];

	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		struct term value = term_at(program->terms, unit->terms[unit->facts->inits[i].rhs]);
		struct term place = term_at(program->terms, unit->terms[unit->facts->inits[i].lhs]);
		g_autofree char *member = NULL;
		uint32_t target;

		if (value.kind != EXPR_FUNC || place.kind != EXPR_FIELD)
			continue;
		member = g_strconcat(program_string(program, place.a), ".",
				     program_string(program, place.b), NULL);
		target = program_callee(program, unit_number, value.a);
		if (target == PROGRAM_NONE)
			continue;
		add_if_said(sites->quiet, program->rules->rcu_quiet, member, target);
		add_if_said(sites->inside, program->rules->rcu_inside, member, target);
	}
}

static bool is_access(const struct rcu_sites *sites, uint32_t function)
{
	const struct program *program = sites->in->program;

	return program->symbols[program->functions[function].symbol].said->rcu_access != NULL;
}

static void find_updates(struct rcu_sites *sites, uint32_t function)
{
	const struct flow_result *flow = sites->in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];
		const struct rcu_access *access = rcu_access_of(sites, event);

		note_callback(sites, function, event);
		if (access && !event->is_implied)
			add_update(sites, function, event, access);
	}
}

/* Operations that are called under a lock, as the rules say. */
static void find_under(struct rcu_sites *sites)
{
	size_t n;
	const struct context_entry *entries = contexts_entries(sites->in->summaries->contexts, &n);

	for (size_t i = 0; i < n; i++)
		if (entries[i].rule && entries[i].rule->under)
			g_hash_table_add(sites->under, GUINT_TO_POINTER(entries[i].function + 1));
}

struct rcu_sites *rcu_sites_find(const struct check_input *in)
{
	struct rcu_sites *sites = g_new0(struct rcu_sites, 1);

	sites->in = in;
	sites->walks = g_array_new(FALSE, FALSE, sizeof(struct list_walk));
	sites->updates = g_array_new(FALSE, FALSE, sizeof(struct list_update));
	sites->reports = g_array_new(FALSE, FALSE, sizeof(struct rcu_report));
	sites->quiet = g_hash_table_new(NULL, NULL);
	sites->callbacks = g_hash_table_new(NULL, NULL);
	sites->inside = g_hash_table_new(NULL, NULL);
	sites->under = g_hash_table_new(NULL, NULL);
	find_under(sites);
	find_callers(sites, &sites->sure, CONFIDENCE_MEDIUM);
	find_callers(sites, &sites->all, CONFIDENCE_LOW);
	for (uint32_t u = 0; u < in->program->n_units; u++)
		find_said(sites, u);
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		if (is_access(sites, f) || !in->summaries->functions[f].flow)
			continue;
		find_walks(sites, f);
		find_updates(sites, f);
	}
	rcu_find_known(sites);
	return sites;
}

void rcu_sites_free(struct rcu_sites *sites)
{
	if (!sites)
		return;
	g_array_unref(sites->walks);
	g_array_unref(sites->updates);
	g_array_unref(sites->reports);
	g_hash_table_unref(sites->quiet);
	g_hash_table_unref(sites->callbacks);
	g_hash_table_unref(sites->inside);
	g_hash_table_unref(sites->under);
	g_hash_table_unref(sites->known);
	g_free(sites->sure.first);
	g_free(sites->sure.callers);
	g_free(sites->all.first);
	g_free(sites->all.callers);
	g_free(sites);
}
