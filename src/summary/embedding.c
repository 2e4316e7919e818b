/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * embedding.c - what object a function's parameter is a part of
 *
 *   struct domain *d = container_of(obj, struct domain, obj);
 *
 * says that the function is called with the obj of domains. Who calls it, through a pointer, with
 * &table->obj calls another one.
 */
#include "summary/summary_p.h"

#include <string.h>

/* The containers that a function takes a parameter out of, beside the member it is given. */
struct fit {
	const struct program *program;
	term_id param;
	struct term given; /* the member, a FIELD */
	bool fits, differs;
};

/* "obj" of "common.obj" */
static const char *last_step(const char *member)
{
	const char *dot = strrchr(member, '.');

	return dot ? dot + 1 : member;
}

/* Of a member of several steps, the record that the last one is in is not known. */
static bool may_be(const struct program *program, const struct term *container,
		   const struct term *given)
{
	const char *member = program_string(program, container->b);

	if (!strchr(member, '.'))
		return container->a == given->a && container->b == given->b;
	return strcmp(last_step(member), last_step(program_string(program, given->b))) == 0;
}

static void look_at(struct fit *fit, term_id id)
{
	struct term term = term_at(fit->program->terms, id);

	if (!id || !term_has(fit->program->terms, id, EXPR_CONTAINER))
		return;
	if (term.kind == EXPR_CONTAINER && term.base == fit->param) {
		if (may_be(fit->program, &term, &fit->given))
			fit->fits = true;
		else
			fit->differs = true;
	}
	look_at(fit, term.base);
	if (term.kind == EXPR_BINARY) {
		look_at(fit, term.a);
		look_at(fit, term.b);
	}
}

static void look_at_function(struct fit *fit, const struct flow_result *flow)
{
	for (uint32_t i = 0; i < flow->n_acquires; i++)
		look_at(fit, flow->acquires[i].lock.lock);
	for (uint32_t c = 0; c < flow->n_calls; c++)
		for (uint32_t i = 0; i < flow->calls[c].n_args; i++)
			look_at(fit, flow->calls[c].args[i]);
}

bool summary_is_of_other_object(const struct summaries *s, uint32_t function, const term_id *args,
				uint32_t n)
{
	struct term_table *terms = s->program->terms;

	for (uint32_t i = 0; i < n; i++) {
		struct term address = term_at(terms, args[i]);
		struct term member = term_at(terms, address.base);
		struct fit fit = { .program = s->program, .given = member };

		if (address.kind != EXPR_ADDR || member.kind != EXPR_FIELD)
			continue;
		fit.param = term_make(terms, (struct term){ .kind = EXPR_PARAM, .a = i });
		look_at_function(&fit, s->functions[function].flow);
		if (fit.differs && !fit.fits)
			return true;
	}
	return false;
}
