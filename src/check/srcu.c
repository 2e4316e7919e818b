/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * srcu.c - the rules of SRCU: item 13
 *
 *   idx = srcu_read_lock(&a);
 *   srcu_read_unlock(&b, idx);     <- another srcu_struct, or another index
 *
 * Also what is used but never initialised, or initialised but never cleaned up, as far as the
 * units read tell; and one that is read both by tasks and by interrupts.
 */
#include "check/srcu_p.h"
#include "summary/context.h"

#include <stdlib.h>

/* --- the index -------------------------------------------------------------------------------- */

/* The call of @function whose result is RESULT @number, if it began a read section. */
static const struct call_event *begin_of(const struct check_input *in, uint32_t function,
					 uint32_t number)
{
	const struct function *f = &in->program->functions[function];
	const struct unit *unit = &in->program->units[f->unit];
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];
		const struct fact_block *block =
			&unit->facts->blocks[f->facts->blocks + event->where.block];
		const struct fact_step *step =
			&unit->facts->steps[block->steps + event->where.step];
		struct term result = term_at(in->program->terms, unit->terms[step->rhs]);

		if (result.kind == EXPR_RESULT && result.a == number &&
		    call_role(in, event, ROLE_READ_BEGIN))
			return event;
	}
	return NULL;
}

/* Whether two pointers lead to different objects for certain. */
static bool are_different(const struct check_input *in, term_id x, term_id y)
{
	const struct term_table *terms = in->program->terms;
	uint32_t class_x = program_lock_class(in->program, term_deref(in->program->terms, x));
	uint32_t class_y = program_lock_class(in->program, term_deref(in->program->terms, y));

	if (!x || !y || x == y)
		return false;
	return class_x && class_y && class_x != class_y && term_at(terms, x).kind == EXPR_ADDR &&
	       term_at(terms, y).kind == EXPR_ADDR;
}

static void report_index(const struct check_input *in, uint32_t function,
			 const struct call_event *begin, const struct call_event *end,
			 const char *message)
{
	struct finding *f = finding_new(in, RULE_RCU_SRCU_INDEX, CONFIDENCE_HIGH);
	struct chain chain = chain_new(in);

	if (begin)
		chain_add_point(&chain, function, begin->where, "acquire", "gets the index here");
	chain_add_point(&chain, function, end->where, "release", "gives it back here");
	f->message = message;
	chain_give(&chain, f);
	chain_locate(&chain, f, function, end->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void check_index(const struct check_input *in, uint32_t function,
			const struct call_event *end, const struct role *role)
{
	term_id index = role_argument(end, role->index_arg);
	term_id domain = role_argument(end, role->domain_arg);
	struct term term = term_at(in->program->terms, index);
	const struct call_event *begin;
	term_id began;

	if (term.kind == EXPR_INT) {
		report_index(in, function, NULL, end,
			     "an SRCU read section is ended with a constant, not with the index "
			     "that began it");
		return;
	}
	begin = term.kind == EXPR_RESULT ? begin_of(in, function, term.a) : NULL;
	if (!begin)
		return;
	began = role_argument(begin, call_role(in, begin, ROLE_READ_BEGIN)->domain_arg);
	if (!are_different(in, began, domain))
		return;
	report_index(in, function, begin, end,
		     arena_printf(in->arena, "the index of %s is given back to %s",
				  term_text(in, function, began, "one srcu_struct"),
				  term_text(in, function, domain, "another srcu_struct")));
}

static void check_indices(const struct check_input *in, uint32_t function)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct role *role = call_role(in, &flow->calls[i], ROLE_READ_END);

		if (role && role->domain_arg >= 0 && role->index_arg >= 0)
			check_index(in, function, &flow->calls[i], role);
	}
}

/* --- the life of an srcu_struct --------------------------------------------------------------- */

struct domain {
	uint32_t class_string;
	const struct domain_site *init, *cleanup, *use;
	const struct domain_site *task, *interrupt; /* readers */
	uint32_t distance;			    /* of calls from an interrupt to its reader */
};

static struct domain *domain_of(GArray *domains, uint32_t class_string)
{
	struct domain new = { .class_string = class_string };

	for (guint i = 0; i < domains->len; i++) {
		struct domain *d = &g_array_index(domains, struct domain, i);

		if (d->class_string == class_string)
			return d;
	}
	g_array_append_val(domains, new);
	return &g_array_index(domains, struct domain, domains->len - 1);
}

#define IN_INTERRUPT (EXEC_BIT(SOFTIRQ) | EXEC_BIT(SOFTIRQ_I) | EXEC_BIT(HARDIRQ) | EXEC_BIT(NMI))
#define INTERRUPTIBLE (EXEC_BIT(TASK) | EXEC_BIT(TASK_P))

/* The fewest calls from where an interrupt enters the code to @function. */
static uint32_t interrupt_distance(const struct contexts *contexts, uint32_t function)
{
	uint32_t least = UINT32_MAX;

	for (int s = 0; s < SITUATIONS; s++) {
		uint32_t way = IN_INTERRUPT & (1u << s) ? contexts_way(contexts, function,
								       (enum situation)s, NULL, 0)
							: 0;

		if (way)
			least = MIN(least, contexts_way_distance(contexts, way));
	}
	return least;
}

static void note_interrupt(const struct contexts *contexts, struct domain *d,
			   const struct domain_site *site)
{
	uint32_t distance = interrupt_distance(contexts, site->function);

	if (d->interrupt && distance >= d->distance)
		return;
	d->interrupt = site;
	d->distance = distance;
}

static void note_reader(const struct check_input *in, struct domain *d,
			const struct domain_site *site)
{
	const struct contexts *contexts = in->summaries->contexts;
	exec_set set;

	if (!contexts || g_strcmp0(site->role->flavour, "srcu"))
		return;
	set = exec_now(contexts_of(contexts, site->function, CONFIDENCE_MEDIUM), &site->event->exec,
		       false);
	if (set & IN_INTERRUPT)
		note_interrupt(contexts, d, site);
	if (!d->task && (set & INTERRUPTIBLE))
		d->task = site;
}

static void note_site(const struct check_input *in, struct domain *d,
		      const struct domain_site *site)
{
	switch (site->role->kind) {
	case ROLE_DOMAIN_INIT:
		d->init = d->init ? d->init : site;
		break;
	case ROLE_DOMAIN_CLEANUP:
		d->cleanup = d->cleanup ? d->cleanup : site;
		break;
	case ROLE_READ_BEGIN:
		note_reader(in, d, site);
		d->use = d->use ? d->use : site;
		break;
	default:
		d->use = d->use ? d->use : site;
		break;
	}
}

/* A variable may have an initialiser, DEFINE_SRCU(); only members need a call. */
static bool is_member(const struct check_input *in, const struct domain *d)
{
	return g_str_has_prefix(program_string(in->program, d->class_string), "struct ");
}

static struct finding *finding_at(const struct check_input *in, enum rule_id rule,
				  enum confidence confidence, const struct domain_site *site,
				  const struct domain_site *other, const char *message)
{
	struct finding *f = finding_new(in, rule, confidence);
	struct chain chain = chain_new(in);

	chain_add_point(&chain, site->function, site->event->where, "call", "here");
	if (other)
		chain_add_point(&chain, other->function, other->event->where, "call", "and here");
	f->message = message;
	chain_give(&chain, f);
	chain_locate(&chain, f, site->function, site->event->where);
	return f;
}

static void emit_in_scope(const struct check_input *in, struct finding *f)
{
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void report_site(const struct check_input *in, enum confidence confidence,
			const struct domain_site *site, const char *message)
{
	emit_in_scope(in, finding_at(in, RULE_RCU_SRCU_LIFECYCLE, confidence, site, NULL, message));
}

static void check_life(const struct check_input *in, const struct domain *d)
{
	const char *name = program_string(in->program, d->class_string);

	if (!is_member(in, d))
		return;
	if (d->use && !d->init)
		report_site(in, CONFIDENCE_LOW, d->use,
			    arena_printf(in->arena,
					 "%s is used, but nothing that was read initialises it",
					 name));
	if (d->init && !d->cleanup)
		report_site(in, CONFIDENCE_MEDIUM, d->init,
			    arena_printf(in->arena,
					 "%s is initialised, but nothing that was read cleans it "
					 "up: its per-CPU memory is lost",
					 name));
}

/* --- readers in tasks and interrupts ---------------------------------------------------------- */

/* Whether both may read the same one: since Linux 4.12, commit 1123a6041654. */
static bool may_mix(const char *version)
{
	char *rest;
	unsigned long major = strtoul(version, &rest, 10);
	unsigned long minor = *rest == '.' ? strtoul(rest + 1, NULL, 10) : 0;

	return !major || major > 4 || (major == 4 && minor >= 12);
}

/* On a longer way from an interrupt something is likely to keep it from being gone. */
#define MOST_CALLS 3

/* Where it is right, it is a note for who takes the code to an older kernel; but no less sure. */
static void check_readers(const struct check_input *in, const struct domain *d)
{
	const char *name = program_string(in->program, d->class_string);
	bool legal = may_mix(in->options->version);
	enum confidence surest = legal ? CONFIDENCE_MEDIUM : CONFIDENCE_HIGH;
	struct finding *f;

	if (!d->task || !d->interrupt)
		return;
	f = finding_at(in, RULE_RCU_SRCU_IRQ, d->distance > MOST_CALLS ? CONFIDENCE_LOW : surest,
		       d->task, d->interrupt,
		       arena_printf(in->arena,
				    legal ? "%s is read by tasks and by interrupts: right since "
					    "Linux 4.12, a lost count before"
					  : "%s is read by tasks and by interrupts: before Linux "
					    "4.12 the interrupt's count may be lost",
				    name));
	if (legal)
		finding_note(in, f, "this version counts readers with this_cpu_inc()");
	emit_in_scope(in, f);
}

static void run(const struct check_input *in)
{
	g_autoptr(GArray) sites = domain_sites(in);
	g_autoptr(GArray) domains = g_array_new(FALSE, FALSE, sizeof(struct domain));

	for (uint32_t f = 0; f < in->program->n_functions; f++)
		if (in->program->functions[f].in_scope)
			check_indices(in, f);
	for (guint i = 0; i < sites->len; i++) {
		const struct domain_site *site = &g_array_index(sites, struct domain_site, i);

		note_site(in, domain_of(domains, site->class_string), site);
	}
	for (guint i = 0; i < domains->len; i++) {
		check_life(in, &g_array_index(domains, struct domain, i));
		check_readers(in, &g_array_index(domains, struct domain, i));
	}
}

const struct check check_srcu = { .name = "srcu", .run = run };
