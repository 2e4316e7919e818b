/* SPDX-License-Identifier: GPL-2.0-or-later */
/* site.c - a call's arguments in the place of its callee's parameters, whatever the path */
#include "program/link_p.h"

/* @id with what is known of results and of locals, which macros declare for their arguments. */
static term_id resolve(struct term_table *terms, GHashTable *handed, term_id id)
{
	gpointer known = g_hash_table_lookup(handed, GUINT_TO_POINTER(id));
	struct term term = term_at(terms, id);

	if (known)
		return GPOINTER_TO_UINT(known);
	if (!term.base)
		return id;
	term.base = resolve(terms, handed, term.base);
	return term_make(terms, term);
}

term_id site_argument(const struct call_site *site, int number)
{
	term_id id;

	if (number < 0 || (uint32_t)number >= site->n_args)
		return 0;
	id = site->unit->terms[site->args[number]];
	return site->handed ? resolve(site->terms, site->handed, id) : id;
}

term_id site_translate(const struct program *program, const struct call_site *site, term_id id)
{
	struct term term = term_at(program->terms, id);

	if (term.kind == EXPR_PARAM)
		return site_argument(site, (int)term.a);
	if (!id || term.kind == EXPR_LOCAL || term.kind == EXPR_RESULT || term.kind == EXPR_BINARY)
		return 0;
	if (term.base) {
		term.base = site_translate(program, site, term.base);
		if (!term.base)
			return 0;
	}
	return term_make(program->terms, term);
}
