/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reason.c - whether the reason for a suppression still holds
 *
 * What can be looked at is looked at on every run: a guarding lock is held where the locks are
 * taken; distinct instances are none of variables that there is one of; the functions of the two
 * phases are on the chains; the test that looks at the state again is in the code. An entry that
 * names nothing to look at is believed.
 */
#include "base/json.h"
#include "graph/graph.h"
#include "report/report_p.h"

#include <string.h>

static const char *text_of(const json_t *entry, const char *key)
{
	return json_string_value(json_object_get(entry, key));
}

/* --- guarding lock ---------------------------------------------------------------------------- */

static bool is_taken_inside(const struct graph *graph, uint32_t guard, uint32_t lock)
{
	for (uint32_t d = graph->first_of[guard]; d < graph->first_of[guard + 1]; d++) {
		if (graph->dependencies[d].to == lock)
			return true;
	}
	return false;
}

static const char *check_guard(const struct reason *r)
{
	const char *name = text_of(r->entry, "lock");
	uint32_t guard = name && r->graph ? graph_find_class(r->graph, name) : PROGRAM_NONE;

	if (!name || !r->graph)
		return NULL;
	if (guard == PROGRAM_NONE)
		return arena_printf(r->arena, "there is no lock '%s'", name);
	for (size_t i = 0; i < r->finding->n_paths; i++) {
		const char *held = r->finding->paths[i].holds;
		uint32_t lock = held ? graph_find_class(r->graph, held) : PROGRAM_NONE;

		if (lock != PROGRAM_NONE && !is_taken_inside(r->graph, guard, lock))
			return arena_printf(r->arena, "%s is not taken while '%s' is held", held,
					    name);
	}
	return NULL;
}

/* --- distinct instances ----------------------------------------------------------------------- */

/* "struct kvm.lock" is in as many objects as there are; "rtnl_mutex" is one. */
static bool is_variable(const struct finding_lock *lock)
{
	return !strpbrk(lock->class_name, " (") &&
	       (strstr(lock->class_name, ".c:") || !strchr(lock->class_name, '.'));
}

static const char *check_instances(const struct reason *r)
{
	for (size_t i = 0; i < r->finding->n_locks; i++) {
		if (!is_variable(&r->finding->locks[i]))
			return NULL;
	}
	return r->finding->n_locks ? "there is only one of each of these locks" : NULL;
}

/* --- order of phases -------------------------------------------------------------------------- */

static bool is_on_chain(const struct finding *f, const char *function)
{
	if (g_str_equal(f->location.function, function))
		return true;
	for (size_t p = 0; p < f->n_paths; p++) {
		for (size_t s = 0; s < f->paths[p].n; s++) {
			if (!g_strcmp0(f->paths[p].steps[s].function, function))
				return true;
		}
	}
	return false;
}

static const char *check_phases(const struct reason *r)
{
	const json_t *functions = json_object_get(r->entry, "functions");

	for (size_t i = 0; i < json_array_size(functions); i++) {
		const char *function = json_string_value(json_array_get(functions, i));

		if (function && !is_on_chain(r->finding, function))
			return arena_printf(r->arena, "%s() is on none of the chains", function);
	}
	return NULL;
}

/* --- state rechecked -------------------------------------------------------------------------- */

/* Without blanks, so that a line that is wrapped anew is the same. */
static char *without_blanks(const char *text)
{
	GString *out = g_string_new(NULL);

	for (; *text; text++) {
		if (!g_ascii_isspace(*text))
			g_string_append_c(out, *text);
	}
	return g_string_free(out, FALSE);
}

static bool file_has(const char *root, const char *file, const char *wanted)
{
	g_autofree char *path = g_canonicalize_filename(file, root);
	g_autofree char *text = NULL, *plain = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return false;
	plain = without_blanks(text);
	return strstr(plain, wanted) != NULL;
}

static const char *check_recheck(const struct reason *r)
{
	const char *said = text_of(r->entry, "check");
	const struct finding *f = r->finding;
	g_autofree char *wanted = said ? without_blanks(said) : NULL;

	if (!said || file_has(r->root, f->location.file, wanted))
		return NULL;
	for (size_t p = 0; p < f->n_paths; p++) {
		for (size_t s = 0; s < f->paths[p].n; s++) {
			if (file_has(r->root, f->paths[p].steps[s].file, wanted))
				return NULL;
		}
	}
	return arena_printf(r->arena, "'%s' is in none of the files on the chains", said);
}

/* ---------------------------------------------------------------------------------------------- */

const char *reason_refuted(const struct reason *r)
{
	const char *type = text_of(r->entry, "reason");

	if (g_str_equal(type, "guarding-lock"))
		return check_guard(r);
	if (g_str_equal(type, "distinct-instances"))
		return check_instances(r);
	if (g_str_equal(type, "order-of-phases"))
		return check_phases(r);
	return g_str_equal(type, "state-rechecked") ? check_recheck(r) : NULL;
}
