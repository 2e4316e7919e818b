/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cocci_report.c - what spatch prints becomes findings */
#include "bridge/cocci_p.h"
#include "check/check.h"

#include <stdlib.h>
#include <string.h>

/* As coccilib.report.print_report() writes it, and as our messages begin. */
#define REPORT_LINE "^(.+?):(\\d+):(\\d+)-\\d+: (?:(ERROR|WARNING|NOTE):? )?(.*)$"

/* "EXN: Failure("...") in FILE" */
#define FAILURE_LINE "^EXN: ?(.*) in (\\S+)$"

static const char *below(const char *root, const char *path)
{
	size_t length = strlen(root);

	return g_str_has_prefix(path, root) && path[length] == '/' ? path + length + 1 : path;
}

static enum severity severity_of(const char *word, int confidence)
{
	enum severity severity = SEVERITY_WARNING;

	if (!strcmp(word, "ERROR"))
		severity = SEVERITY_ERROR;
	else if (!strcmp(word, "NOTE"))
		severity = SEVERITY_NOTE;
	return (enum severity)MIN((int)severity, confidence);
}

static struct finding *finding_of(const GMatchInfo *match, const struct semantic_patch *patch,
				  const char *root, struct arena *arena)
{
	struct finding *f = arena_new_struct(arena, struct finding);
	g_autofree char *path = g_match_info_fetch(match, 1);
	g_autofree char *line = g_match_info_fetch(match, 2);
	g_autofree char *column = g_match_info_fetch(match, 3);
	g_autofree char *level = g_match_info_fetch(match, 4);
	g_autofree char *message = g_match_info_fetch(match, 5);

	f->id = "";
	f->rule = patch->rule;
	f->confidence = patch->confidence;
	f->severity = severity_of(level, patch->confidence);
	f->message = arena_strdup(arena, message);
	f->checklist = patch->checklist;
	f->help = patch->about;
	f->location.file = arena_strdup(arena, below(root, path));
	f->location.line = (unsigned)strtoul(line, NULL, 10);
	f->location.column = (unsigned)strtoul(column, NULL, 10) + 1; /* spatch counts from 0 */
	f->location.function = "";
	return f;
}

typedef void (*match_fn)(const GMatchInfo *match, void *data);

static void for_each_match(const char *pattern, const char *text, match_fn found, void *data)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match);
	     g_match_info_next(match, NULL))
		found(match, data);
}

struct reading {
	const struct semantic_patch *patch;
	const char *root;
	struct arena *arena;
	GPtrArray *findings;
	GArray *failures;
};

static void add_finding(const GMatchInfo *match, void *data)
{
	struct reading *r = data;

	g_ptr_array_add(r->findings, finding_of(match, r->patch, r->root, r->arena));
}

static void add_failure(const GMatchInfo *match, void *data)
{
	struct reading *r = data;
	g_autofree char *why = g_match_info_fetch(match, 1);
	g_autofree char *path = g_match_info_fetch(match, 2);
	struct cocci_failure failure = {
		.file = arena_strdup(r->arena, below(r->root, path)),
		.why = arena_printf(r->arena, "%s.cocci: %s", r->patch->name, why),
	};

	g_array_append_val(r->failures, failure);
}

void cocci_read_report(const char *out, const struct semantic_patch *patch, const char *root,
		       struct arena *arena, GPtrArray *findings)
{
	struct reading reading = {
		.patch = patch, .root = root, .arena = arena, .findings = findings
	};

	for_each_match(REPORT_LINE, out, add_finding, &reading);
}

void cocci_read_failures(const char *out, const struct semantic_patch *patch, const char *root,
			 struct arena *arena, GArray *failures)
{
	struct reading reading = {
		.patch = patch, .root = root, .arena = arena, .failures = failures
	};

	for_each_match(FAILURE_LINE, out, add_failure, &reading);
}
