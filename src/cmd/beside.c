/* SPDX-License-Identifier: GPL-2.0-or-later */
/* beside.c - findings of other tools beside the analysis' own */
#include "cmd/analysis_p.h"

#include <string.h>

uint32_t function_at(const struct program *program, const char *file, unsigned line)
{
	for (uint32_t i = 0; i < program->n_functions; i++) {
		const struct function *function = &program->functions[i];
		const struct symbol *symbol = &program->symbols[function->symbol];

		if (symbol->line <= line && line <= function->facts->end_line &&
		    g_str_equal(intern_str(program->strings, symbol->file), file))
			return i;
	}
	return PROGRAM_NONE;
}

static bool is_at(const struct finding_step *step, const struct finding_step *place)
{
	return step->line == place->line && g_str_equal(step->file, place->file);
}

/* The first part of a rule's name: what is found. Sparse sees the same two things as two groups. */
static bool is_same_question(const char *ours, const char *theirs)
{
	if (g_str_equal(theirs, "sparse/context"))
		return g_str_equal(ours, "lock/imbalance");
	if (g_str_equal(theirs, "sparse/rcu"))
		return g_str_has_prefix(ours, "rcu/");
	return g_str_equal(ours, theirs);
}

static bool is_about(const struct finding *f, const struct finding *theirs)
{
	const struct finding_step *place = &theirs->location;
	bool whole_function = !g_str_equal(theirs->rule, "sparse/rcu");

	if (!is_same_question(f->rule, theirs->rule))
		return false;
	if (is_at(&f->location, place) ||
	    (whole_function && g_str_equal(f->location.file, place->file) && *place->function &&
	     g_str_equal(f->location.function, place->function)))
		return true;
	for (size_t p = 0; p < f->n_paths; p++) {
		for (size_t s = 0; s < f->paths[p].n; s++) {
			if (is_at(&f->paths[p].steps[s], place))
				return true;
		}
	}
	return false;
}

/* The analysis sees more of it: its own finding of the same there is the better one. */
static bool is_reported(const struct analysis *a, guint n, const struct finding *theirs)
{
	for (guint i = 0; i < n; i++) {
		if (is_about(a->report->findings->pdata[i], theirs))
			return true;
	}
	return false;
}

static void name_function(const struct analysis *a, struct finding *f)
{
	uint32_t function = function_at(a->program, f->location.file, f->location.line);

	if (function != PROGRAM_NONE)
		f->location.function = program_string(
			a->program,
			a->program->symbols[a->program->functions[function].symbol].name);
}

guint add_others_findings(struct analysis *a, const GPtrArray *findings)
{
	guint ours = a->report->findings->len, known = 0;

	for (guint i = 0; i < findings->len; i++) {
		struct finding *f = findings->pdata[i];

		name_function(a, f);
		if (is_reported(a, ours, f))
			known++;
		else if (tree_in_scope(a->tree, f->location.file))
			g_ptr_array_add(a->report->findings, f);
	}
	return known;
}
