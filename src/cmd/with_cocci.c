/* SPDX-License-Identifier: GPL-2.0-or-later */
/* with_cocci.c - what semantic patches find beside the analysis */
#include "base/datadir.h"
#include "bridge/cocci.h"
#include "cmd/analysis_p.h"

#include <string.h>

/* The function of the program that @file:@line is in, or NULL: macros and inactive code. */
static const char *function_at(const struct program *program, const char *file, unsigned line)
{
	for (size_t i = 0; i < program->n_functions; i++) {
		const struct function *function = &program->functions[i];
		const struct symbol *symbol = &program->symbols[function->symbol];

		if (symbol->line <= line && line <= function->facts->end_line &&
		    g_str_equal(intern_str(program->strings, symbol->file), file))
			return intern_str(program->strings, symbol->name);
	}
	return NULL;
}

static bool is_at(const struct finding_step *step, const struct finding_step *place)
{
	return step->line == place->line && g_str_equal(step->file, place->file);
}

static bool is_about(const struct finding *f, const struct finding *theirs)
{
	const struct finding_step *place = &theirs->location;

	if (!g_str_equal(f->rule, theirs->rule))
		return false;
	if (is_at(&f->location, place) ||
	    (g_str_equal(f->location.file, place->file) && *place->function &&
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

/* The analysis sees more of it: its own finding of that rule there is the better one. */
static bool is_reported(const struct analysis *a, guint n, const struct finding *theirs)
{
	for (guint i = 0; i < n; i++) {
		if (is_about(a->report->findings->pdata[i], theirs))
			return true;
	}
	return false;
}

static guint add_findings(struct analysis *a, const struct cocci_result *result)
{
	guint ours = a->report->findings->len, known = 0;

	for (guint i = 0; i < result->findings->len; i++) {
		struct finding *f = result->findings->pdata[i];
		const char *function = function_at(a->program, f->location.file, f->location.line);

		if (function)
			f->location.function = function;
		if (is_reported(a, ours, f))
			known++;
		else if (tree_in_scope(a->tree, f->location.file))
			g_ptr_array_add(a->report->findings, f);
	}
	return known;
}

static void add_failures(struct analysis *a, const struct cocci_result *result)
{
	for (guint i = 0; i < result->failures->len; i++) {
		const struct cocci_failure *failure =
			&g_array_index(result->failures, struct cocci_failure, i);

		report_add_failure(a->report, &(struct report_failure){ .file = failure->file,
									.why = failure->why,
									.partial = true });
	}
}

bool check_cocci(const struct options *options, GError **err)
{
	g_autofree char *version = options->with_cocci ? cocci_version(err) : NULL;

	return !options->with_cocci || version;
}

bool stage_cocci(struct analysis *a, GError **err)
{
	g_autofree char *folder = datadir_file("cocci");
	g_autofree char *version = NULL;
	const struct options *o = a->options;
	struct cocci_request request = { .folder = folder,
					 .root = a->tree->root,
					 .units = a->units,
					 .jobs = (unsigned)MAX(o->jobs, 0),
					 .timeout_seconds = (unsigned)MAX(o->timeout, 0),
					 .memory_mb = (unsigned)MAX(o->memory, 0),
					 .least = o->all ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM,
					 .arena = a->report->arena,
					 .con = a->con };
	struct cocci_result *result;
	guint known;

	if (!o->with_cocci)
		return true;
	version = cocci_version(err);
	result = version ? cocci_run(&request, err) : NULL;
	if (!result)
		return false;
	a->report->spatch = arena_strdup(a->report->arena, version);
	known = add_findings(a, result);
	add_failures(a, result);
	console_verbose(a->con, "spatch %s: %u semantic patches, %u findings, %u known already",
			version, result->patches, result->findings->len, known);
	cocci_result_free(result);
	end_stage(a, "cocci");
	return true;
}
