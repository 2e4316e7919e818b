/* SPDX-License-Identifier: GPL-2.0-or-later */
/* srcu_sites.c - the srcu_structs of a program and what is done with each */
#include "check/srcu_p.h"

/* Helpers around helpers: init_srcu_struct() of a member is seldom deeper. */
#define MOST_HANDED_ON 2

/* A function that does something with the domain that its parameter points to. */
struct helper {
	uint32_t function, param;
	const struct role *role;
};

struct domains {
	const struct check_input *in;
	GArray *sites;	 /* struct domain_site */
	GArray *helpers; /* struct helper */
};

static void add_helper(struct domains *d, uint32_t function, uint32_t param,
		       const struct role *role)
{
	struct helper helper = { function, param, role };

	for (guint i = 0; i < d->helpers->len; i++) {
		const struct helper *old = &g_array_index(d->helpers, struct helper, i);

		if (old->function == function && old->param == param &&
		    old->role->kind == role->kind)
			return;
	}
	g_array_append_val(d->helpers, helper);
}

/* @domain, a pointer as @function sees it, is given to something with @role. */
static void note(struct domains *d, uint32_t function, const struct call_event *event,
		 const struct role *role, term_id domain)
{
	const struct program *program = d->in->program;
	struct term term = term_at(program->terms, domain);
	struct domain_site site = { function, event, role, 0 };

	if (term.kind == EXPR_PARAM) {
		add_helper(d, function, term.a, role);
		return;
	}
	site.class_string = program_lock_class(program, term_deref(program->terms, domain));
	if (site.class_string)
		g_array_append_val(d->sites, site);
}

static void look_at_roles(struct domains *d, uint32_t function, const struct call_event *event)
{
	for (const struct role *role = flow_roles(d->in->program, event); role; role = role->next)
		if (role->domain_arg != RULES_NO_ARG)
			note(d, function, event, role, role_argument(event, role->domain_arg));
}

static void look_at_helper(struct domains *d, uint32_t function, const struct call_event *event,
			   guint number)
{
	struct helper helper = g_array_index(d->helpers, struct helper, number);

	if (event->n_targets == 1 && event->targets[0] == helper.function &&
	    helper.param < event->n_args)
		note(d, function, event, helper.role, event->args[helper.param]);
}

typedef void (*visit_fn)(struct domains *d, uint32_t function, const struct call_event *event,
			 guint number);

static void visit_calls(struct domains *d, visit_fn visit, guint number)
{
	const struct program *program = d->in->program;

	for (uint32_t f = 0; f < program->n_functions; f++) {
		const struct flow_result *flow = d->in->summaries->functions[f].flow;

		for (uint32_t i = 0; i < flow->n_calls; i++)
			visit(d, f, &flow->calls[i], number);
	}
}

static void visit_roles(struct domains *d, uint32_t function, const struct call_event *event,
			guint number)
{
	(void)number;
	look_at_roles(d, function, event);
}

GArray *domain_sites(const struct check_input *in)
{
	struct domains d = { in, g_array_new(FALSE, FALSE, sizeof(struct domain_site)),
			     g_array_new(FALSE, FALSE, sizeof(struct helper)) };
	guint seen = 0;

	visit_calls(&d, visit_roles, 0);
	for (int depth = 0; depth < MOST_HANDED_ON; depth++) {
		guint end = d.helpers->len;

		for (; seen < end; seen++)
			visit_calls(&d, look_at_helper, seen);
	}
	g_array_unref(d.helpers);
	return d.sites;
}
