/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sparse_report.c - what sparse prints becomes findings
 *
 * A warning is a line "FILE:LINE:COLUMN: warning: TEXT", and lines with the same place and without
 * a severity that say more, mostly the types.
 */
#include "bridge/sparse.h"
#include "check/check.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_LINE "^(.+?):(\\d+):(\\d+): (?:sparse: )*(warning|error): (.*)$"
#define MORE_LINE "^.+?:\\d+:\\d+: (?:sparse: )*\\s+(\\S.*)$"
#define CONTEXT "context imbalance in '([^']*)'"

struct warning {
	char *file, *text; /* @text: with what follows on the next lines */
	unsigned line, column;
	GString *whole; /* as it was printed */
};

struct reader {
	const struct sparse_request *request;
	const char *directory;
	struct sparse_result *result;
	GRegex *first, *more, *context;
	struct warning now;
	bool open;
};

static const char *below_root(const struct reader *r, const char *file)
{
	g_autofree char *path = g_canonicalize_filename(file, r->directory);
	size_t length = strlen(r->request->root);
	bool inside = g_str_has_prefix(path, r->request->root) && path[length] == '/';

	return arena_strdup(r->request->arena, inside ? path + length + 1 : path);
}

static void add_finding(const struct reader *r, enum rule_id id, const char *function)
{
	const struct check_rule *rule = check_rule(id);
	struct finding *f = arena_new_struct(r->request->arena, struct finding);

	f->id = "";
	f->rule = rule->name;
	f->severity = rule->severity;
	f->confidence = 1;
	f->message = arena_strdup(r->request->arena, r->now.text);
	f->checklist = rule->checklist;
	f->help = rule->help;
	f->location.file = below_root(r, r->now.file);
	f->location.line = r->now.line;
	f->location.column = r->now.column;
	f->location.function = arena_strdup(r->request->arena, function);
	g_ptr_array_add(r->result->findings, f);
}

/* What is read so far is whole: the next warning begins, or the text ends. */
static void end_warning(struct reader *r)
{
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *function = NULL;

	if (!r->open)
		return;
	r->open = false;
	if (g_regex_match(r->context, r->now.text, 0, &match)) {
		function = g_match_info_fetch(match, 1);
		add_finding(r, RULE_SPARSE_CONTEXT, function);
	} else if (strstr(r->now.text, "address space") && strstr(r->now.text, "__rcu")) {
		add_finding(r, RULE_SPARSE_RCU, "");
	} else {
		g_ptr_array_add(r->result->others,
				arena_strdup(r->request->arena, r->now.whole->str));
	}
	g_string_free(r->now.whole, TRUE);
	g_free(r->now.file);
	g_free(r->now.text);
}

static unsigned number_of(const GMatchInfo *match, int group)
{
	g_autofree char *digits = g_match_info_fetch(match, group);

	return (unsigned)strtoul(digits, NULL, 10);
}

static void begin_warning(struct reader *r, const GMatchInfo *match)
{
	r->open = true;
	r->now.file = g_match_info_fetch(match, 1);
	r->now.line = number_of(match, 2);
	r->now.column = number_of(match, 3);
	r->now.text = g_match_info_fetch(match, 5);
	r->now.whole = g_string_new(NULL);
}

/* "expected struct x *p" behind "incorrect type in assignment (different address spaces)". */
static void add_more(struct reader *r, const char *line)
{
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *before = NULL, *more = NULL;
	bool ends;

	if (!g_regex_match(r->more, line, 0, &match))
		return;
	before = g_steal_pointer(&r->now.text);
	more = g_match_info_fetch(match, 1);
	ends = g_str_has_suffix(before, ":");
	r->now.text = g_strconcat(before, ends ? " " : ", ", more, NULL);
}

static void read_line(struct reader *r, const char *line)
{
	g_autoptr(GMatchInfo) match = NULL;
	bool begins = g_regex_match(r->first, line, 0, &match);

	if (begins) {
		end_warning(r);
		begin_warning(r, match);
	} else if (r->open) {
		add_more(r, line);
	}
	if (r->open)
		g_string_append_printf(r->now.whole, "%s\n", line);
}

void sparse_read_report(const char *text, const char *directory,
			const struct sparse_request *request, struct sparse_result *result)
{
	struct reader r = { .request = request,
			    .directory = directory,
			    .result = result,
			    .first = g_regex_new(FIRST_LINE, 0, 0, NULL),
			    .more = g_regex_new(MORE_LINE, 0, 0, NULL),
			    .context = g_regex_new(CONTEXT, 0, 0, NULL) };
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++) {
		if (**line)
			read_line(&r, *line);
	}
	end_warning(&r);
	g_regex_unref(r.first);
	g_regex_unref(r.more);
	g_regex_unref(r.context);
}
