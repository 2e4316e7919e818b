/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sleep_open.c - callers whose arguments tell whether a function sleeps
 *
 *   static void *row(struct table *t, gfp_t flags)     { spin_lock(...); kmalloc(n, flags); ... }
 *   ... row(t, GFP_KERNEL)                             <- this one tells
 */
#include "check/sleep_p.h"

/* Calls between who decides and the function; arguments are handed on further, but seldom. */
#define MOST_CALLS 4

/* Callers looked at for one question: kmalloc-like functions have thousands. */
#define MOST_CALLERS 400

struct sleep_callers {
	const struct summaries *summaries;
	uint32_t *first; /* per function: offset into calls; one more at the end */
	struct sleep_caller *calls;
};

static bool counts(const struct summary_call *call)
{
	return !call->is_callback && !call->event->is_implied &&
	       call->confidence >= CONFIDENCE_MEDIUM;
}

/* Calls by callee, as a counting sort. */
struct sleep_callers *sleep_callers_new(const struct summaries *s)
{
	struct sleep_callers *callers = g_new0(struct sleep_callers, 1);
	uint32_t n = (uint32_t)s->program->n_functions;
	uint32_t *next = g_new0(uint32_t, n + 1);

	callers->summaries = s;
	callers->first = g_new0(uint32_t, n + 1);
	for (uint32_t f = 0; f < n; f++)
		for (uint32_t i = 0; i < s->functions[f].n_calls; i++)
			callers->first[s->functions[f].calls[i].callee + 1] +=
				counts(&s->functions[f].calls[i]);
	for (uint32_t f = 0; f < n; f++)
		callers->first[f + 1] += callers->first[f];
	callers->calls = g_new0(struct sleep_caller, callers->first[n] + 1);
	for (uint32_t f = 0; f < n; f++) {
		for (uint32_t i = 0; i < s->functions[f].n_calls; i++) {
			struct sleep_caller c = { f, &s->functions[f].calls[i] };

			if (counts(c.call))
				callers->calls[callers->first[c.call->callee] +
					       next[c.call->callee]++] = c;
		}
	}
	g_free(next);
	return callers;
}

void sleep_callers_free(struct sleep_callers *callers)
{
	g_free(callers->first);
	g_free(callers->calls);
	g_free(callers);
}

/* --- what is open ---------------------------------------------------------------------------- */

static const char *param_type(const struct program *program, uint32_t function, uint32_t param)
{
	const struct function *f = &program->functions[function];
	const struct facts *facts = program->units[f->unit].facts;

	if (param >= f->facts->n_params)
		return "";
	return facts_string(facts, facts->variables[f->facts->variables + param].type);
}

/* "n < 0" and "n > 0" ask whether a number is good, not for a wish. */
static bool tells_zero(unsigned signs)
{
	return signs == SIGN_ZERO || signs == (SIGN_ANY & ~SIGN_ZERO);
}

/* "if (may_sleep)", "if (flags & WAIT)": not what a count or an object's state tells. */
static bool is_flag(const struct program *program, uint32_t function, struct predicate condition)
{
	struct term term = term_at(program->terms, condition.term);
	const char *type;

	if (term.kind == EXPR_UNARY && term.op == UNARY_NOT)
		return is_flag(program, function, (struct predicate){ term.base, SIGN_ZERO });
	if (term.kind == EXPR_BINARY && term.op == BINARY_AND)
		return term_at(program->terms, term.a).kind == EXPR_PARAM &&
		       term_at(program->terms, term.b).kind == EXPR_INT;
	if (term.kind != EXPR_PARAM)
		return false;
	type = param_type(program, function, term.a);
	return g_str_equal(type, "_Bool") || g_str_equal(type, "bool") ||
	       (g_str_equal(type, "int") && tells_zero(condition.signs));
}

bool sleep_is_open(const struct sleep_site *site)
{
	if (site->way.flags)
		return true;
	for (uint32_t i = 0; i < site->way.n_conditions; i++)
		if (is_flag(site->in->program, site->function, site->way.conditions[i]))
			return true;
	return false;
}

/* --- who decides it -------------------------------------------------------------------------- */

struct question {
	const struct check_input *in;
	const struct sleep_callers *callers;
	const struct sleep_way *way;
	uint32_t function;
	term_id flags; /* 0: decided */
	GArray *open;  /* struct predicate */
	int depth;
	unsigned *left; /* callers that may still be looked at */
};

static bool search(const struct question *q, GArray *calls);

/* The conditions in the caller's terms: false if one does not hold or cannot be known. */
static bool lift_open(const struct question *q, const struct call_event *event, GArray *open)
{
	const struct program *program = q->in->program;

	for (guint i = 0; i < q->open->len; i++) {
		struct predicate p = g_array_index(q->open, struct predicate, i);
		int64_t number;

		p.term = summary_translate(program, event, p.term);
		if (term_is_int(program->terms, p.term, &number)) {
			if (!(p.signs & (number == 0  ? SIGN_ZERO
					 : number < 0 ? SIGN_NEGATIVE
						      : SIGN_POSITIVE)))
				return false;
			continue;
		}
		if (!term_has(program->terms, p.term, EXPR_PARAM))
			return false;
		g_array_append_val(open, p);
	}
	return true;
}

static bool lift_flags(const struct question *q, const struct call_event *event, term_id *flags)
{
	enum flags_answer answer;

	if (!q->flags)
		return true;
	*flags = summary_value(q->in->program, event, q->flags);
	answer = summary_flags_sleep(q->in->summaries, q->way, *flags);
	if (answer == FLAGS_SLEEP)
		*flags = 0;
	return answer == FLAGS_SLEEP || answer == FLAGS_OF_PARAM;
}

static bool ask_caller(const struct question *q, const struct sleep_caller *caller, GArray *calls)
{
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(struct predicate));
	struct question next = *q;
	bool found;

	next.flags = 0;
	next.open = open;
	next.depth++;
	next.function = caller->function;
	if (!lift_open(q, caller->call->event, open) ||
	    !lift_flags(q, caller->call->event, &next.flags))
		return false;
	found = (!open->len && !next.flags) || (next.depth < MOST_CALLS && search(&next, calls));
	if (found)
		g_array_append_val(calls, *caller);
	return found;
}

static bool search(const struct question *q, GArray *calls)
{
	const struct sleep_callers *callers = q->callers;

	for (uint32_t i = callers->first[q->function]; i < callers->first[q->function + 1]; i++) {
		if (!*q->left)
			return false;
		--*q->left;
		if (ask_caller(q, &callers->calls[i], calls))
			return true;
	}
	return false;
}

bool sleep_find_decider(const struct sleep_site *site, struct sleep_callers *callers, GArray *calls)
{
	const struct sleep_way *way = &site->way;
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(struct predicate));
	unsigned left = MOST_CALLERS;
	struct question q = { .in = site->in,
			      .callers = callers,
			      .way = way,
			      .function = site->function,
			      .flags = way->flags,
			      .open = open,
			      .left = &left };

	for (uint32_t i = 0; i < way->n_conditions; i++)
		if (is_flag(site->in->program, site->function, way->conditions[i]))
			g_array_append_val(open, way->conditions[i]);
	return search(&q, calls);
}
